import { Fault } from "../../base/fault.ts";
import { sizeOf, type Tensor, tensor } from "../../base/tensor.ts";
import type { Graph } from "../ir.ts";
import { withWeights } from "../rewrite/weights.ts";
import type { Adapter } from "./adapt.ts";

/**
 * The model that the adapters were put beside, with W + (α/r)·A·B in place of each W; sums are in double precision. What
 * was trained beside the adapters, a new head say, is put in too.
 * Law: it answers as the adapted model with these values does, up to rounding.
 */
export function merge(model: Graph, adapters: readonly Adapter[], values: ReadonlyMap<string, Tensor>): Graph {
  const weights = new Map(values);
  for (const adapter of adapters) {
    const weight = values.get(adapter.weight) ?? model.initialisers.find((v) => v.name === adapter.weight)?.tensor;
    const [a, b] = [adapter.a, adapter.b].map((name) => values.get(name));
    if (weight === undefined || a === undefined || b === undefined) {
      throw new Fault("graph/adapter", {
        what: `the adapter of "${adapter.weight}" cannot be merged`,
        why: weight === undefined ? "the model has no such weight" : "the values of A or B are missing",
      });
    }
    weights.set(adapter.weight, merged(weight, adapter, a, b));
  }
  return withWeights(model, weights);
}

/** Every layout is out × r by r × in, of some groups; strides say where an element lies. */
function merged(weight: Tensor, { weight: name, scale, inner, groups }: Adapter, a: Tensor, b: Tensor): Tensor {
  const [first, second] = weight.dims;
  const kernel = inner === undefined;
  const outer = inner === 0 ? second : first;
  const taken = sizeOf(weight.dims) / outer;
  const r = a.data.length / (taken * groups);
  const fits = Number.isInteger(r) && b.data.length === outer * r && outer % groups === 0;
  if (!fits) throw new Fault("graph/adapter", { what: `A and B do not fit the weight "${name}"` });
  const result = Float32Array.from(weight.data as Float32Array);
  const [down, up] = [a.data as Float32Array, b.data as Float32Array];
  const sums = new Float64Array(taken);
  for (let o = 0; o < outer; o++) {
    sums.fill(0);
    const group = Math.floor(o / (outer / groups));
    for (let j = 0; j < r; j++) {
      const by = scale * (inner === 0 ? up[j * outer + o] : up[o * r + j]);
      for (let i = 0; i < taken; i++) sums[i] += by * (kernel ? down[(group * r + j) * taken + i] : down[i * r + j]);
    }
    for (let i = 0; i < taken; i++) result[inner === 0 ? i * outer + o : o * taken + i] += sums[i];
  }
  return tensor("float32", weight.dims, result);
}
