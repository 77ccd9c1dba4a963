import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { copyForward, parametersOf } from "./forward.ts";
import type { Through } from "./through.ts";

/**
 * The model with the parameters that are trained as inputs, under their names, and Dropout silent: how it answers at any
 * moment of a training, without a program for each. What `through` says is read in place of a weight, is read here too.
 */
export function fedWeights(
  model: Graph,
  options: { readonly parameters?: readonly string[]; readonly through?: Through } = {},
): Graph {
  const parameters = parametersOf(model, options.parameters);
  const ports = model.outputs.map((v) => v.name);
  const b = builder(model.name, ports);
  const { standing } = copyForward(b, model, { parameters, fed: [], through: options.through, dropout: false });
  for (const v of model.outputs) b.output(v.name, standing.get(v)!);
  return b.finish();
}
