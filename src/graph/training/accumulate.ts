import { type Tensor, zeros } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import type { Moved } from "./optimiser.ts";

/** Sums over the batches since the last update, in the graph. */
export interface Sums {
  readonly gradients: readonly Value[];
  /** Σ of what the batches count. */
  readonly weight: Value;
  /** The sums as they live on: 0 after an update. */
  readonly moved: readonly Moved[];
}

/**
 * Adds to kept sums (`sum.NAME`, and `sum_weight` of what batches count) the gradients of a batch, which are those of its
 * weight times its loss. So the sums divided by the summed weight are the gradients of all batches taken as one.
 */
export function accumulated(
  b: Builder,
  parameters: readonly { readonly name: string; readonly gradient: Value; readonly start: Tensor }[],
  weight: Value,
  update: Value,
): Sums {
  const kept = (name: string, more: Value, dims: readonly number[]): { total: Value; moved: Moved } => {
    const before = b.input(name, "float32", dims);
    const total = b.op("Add", [before, more]);
    const after = b.op("Where", [update, b.scalar(0), total]);
    return { total, moved: { name, before, after, start: zeros("float32", dims) } };
  };
  const sums = parameters.map((p) => kept(`sum.${p.name}`, p.gradient, p.start.dims));
  const all = kept("sum_weight", weight, []);
  return { gradients: sums.map((s) => s.total), weight: all.total, moved: [...sums, all].map((s) => s.moved) };
}
