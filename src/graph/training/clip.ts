import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";

export interface Clipped {
  /** √ of the sum of squares of all gradients, before clipping. */
  readonly norm: Value;
  /** What every gradient is to be multiplied by: min(1, limit / norm), and what they are still to be divided by. */
  readonly scale: Value;
}

/**
 * Clipping by global norm (Pascanu, Mikolov & Bengio 2013). The factor is left apart, so that an optimiser can take it
 * into its own product and no pass over the gradients is spent on it. Without a limit the scale is 1.
 *
 * Gradients may come too large by a scalar, `over`: the norm is that of the true ones, and the factor takes it away.
 */
export function globalNorm(
  b: Builder,
  gradients: readonly Value[],
  limit: number | undefined,
  over: Value | undefined,
): Clipped {
  const squares = gradients.map((g) => b.op("ReduceSumSquare", [g], { keepdims: 0 }));
  const given = b.op("Sqrt", [squares.length === 1 ? squares[0] : sum(b, squares)]);
  const norm = over === undefined ? given : b.op("Div", [given, over]);
  const divided = (scale: Value): Value => (over === undefined ? scale : b.op("Div", [scale, over]));
  if (limit === undefined) return { norm, scale: divided(b.scalar(1)) };
  const ratio = b.op("Div", [b.scalar(limit), b.op("Add", [norm, b.scalar(1e-6)])]);
  return { norm, scale: divided(b.op("Min", [ratio, b.scalar(1)])) };
}

function sum(b: Builder, scalars: readonly Value[]): Value {
  const column = b.op(
    "Concat",
    scalars.map((s) => b.op("Unsqueeze", [s, b.ints([0])])),
    { axis: 0 },
  );
  return b.op("ReduceSum", [column], { keepdims: 0 });
}
