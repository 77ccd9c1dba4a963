import { Fault } from "../../base/fault.ts";
import type { Builder } from "../build.ts";
import { type Graph, type Initialiser, isConstantName, type Node, type Value } from "../ir.ts";
import { matching } from "../pattern.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { dropout } from "./dropout.ts";
import type { Read, Through } from "./through.ts";

/** The model inside a step. */
export interface Forward {
  /** Values of the model to those of the step. */
  readonly standing: Standing;
  /** What the model reads for each parameter, then for each fed input, in order. */
  readonly reads: readonly Read[];
  /** The parameters themselves, as inputs of the step. */
  readonly stored: readonly Value[];
  /** Whether dropout reads the input `seed`. */
  readonly seeded: boolean;
}

export interface ForwardOptions {
  readonly parameters: readonly Initialiser[];
  readonly fed: readonly Value[];
  readonly through?: Through;
  readonly dropout?: boolean;
}

/** Copies the model into the step: parameters become inputs, and Dropout nodes drop. */
export function copyForward(b: Builder, model: Graph, options: ForwardOptions): Forward {
  const { parameters, fed } = options;
  const standing: Standing = new Map();
  const trained = new Set(parameters);
  for (const v of model.inputs) standing.set(v, b.input(v.name, v.type, v.dims));
  for (const v of model.initialisers) {
    if (trained.has(v)) standing.set(v, b.input(v.name, v.type, v.dims));
    else copyInitialiser(b, v, standing);
  }
  const stored = parameters.map((v) => standing.get(v)!);
  const reads = [...parameters, ...fed].map((v) => {
    const own = standing.get(v)!;
    const read = options.through?.(b, v.name, own) ?? { value: own };
    standing.set(v, read.value);
    return read;
  });
  const rates = options.dropout === false ? new Map<Node, number>() : dropoutRates(model);
  const seed = rates.size > 0 ? b.input("seed", "int32", []) : undefined;
  let site = 0;
  for (const node of model.nodes) {
    const rate = rates.get(node);
    if (rate !== undefined && seed !== undefined)
      standing.set(node.outputs[0]!, dropout(b, standing.get(node.inputs[0]!)!, rate, seed, site++));
    else copyNode(b, node, standing);
  }
  return { standing, reads, stored, seeded: seed !== undefined };
}

/** The parameters that patterns name; all float32 initialisers with a name of their own when there are none. */
export function parametersOf(model: Graph, patterns: readonly string[] | undefined): Initialiser[] {
  const able = model.initialisers.filter((v) => v.type === "float32" && !isConstantName(v.name));
  if (patterns === undefined) return able;
  return [
    ...matching(patterns, able, {
      code: "graph/parameter",
      what: (pattern) => `no float32 parameter is named "${pattern}"`,
    }),
  ];
}

/** The rate of each Dropout node that training rewrites: its second input, a constant; 0.5 where it has none. */
function dropoutRates(model: Graph): Map<Node, number> {
  const rates = new Map<Node, number>();
  for (const node of model.nodes) {
    if (node.op !== "Dropout") continue;
    const ratio = node.inputs[1];
    if (ratio !== undefined && ratio.tensor === undefined) {
      throw new Fault("graph/dropout", {
        what: `the rate of the Dropout "${node.outputs[0]?.name}" is not a constant`,
      });
    }
    rates.set(node, ratio === undefined ? 0.5 : Number(ratio.tensor!.data[0]));
  }
  return rates;
}
