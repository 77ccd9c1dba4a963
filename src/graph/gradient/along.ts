import { float32, type Tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import type { Taps } from "../meaning/resize.ts";
import { moved } from "./shapes.ts";

/**
 * The adjoint of reading one axis through taps, y[o] = Σ weight·x[place]: the cotangent against their matrix
 * [out, in], dx[i] = Σ over o of dy[o]·W[o, i].
 */
export function backAlong(b: Builder, dy: Value, axis: number, size: number, taps: readonly Taps[]): Value {
  const matrix = new Float64Array(taps.length * size);
  taps.forEach((all, o) => {
    for (const [place, weight] of all) matrix[o * size + place] += weight;
  });
  const dims = [taps.length, size];
  const w: Tensor = dy.type === "float64" ? { type: "float64", dims, data: matrix } : float32(dims, matrix);
  const last = dy.dims.length - 1;
  if (axis === last) return b.op("MatMul", [dy, b.constant(w)]);
  const perm = dy.dims.map((_, i) => (i === axis ? last : i === last ? axis : i));
  return b.op("Transpose", [b.op("MatMul", [b.op("Transpose", [dy], { perm }), b.constant(w)])], { perm });
}

/**
 * Adds g into zeros at the given places of one axis; the places are of any rank, and their axes stand in g where the axis
 * stood. `zeros` makes them with their axes in the order told: the axis first.
 */
export function scatterAlong(
  b: Builder,
  g: Value,
  places: Value,
  axis: number,
  zeros: (order: readonly number[]) => Value,
): Value {
  // ScatterND takes wide indices alone, Gather narrow ones too.
  const wide = places.type === "int64" ? places : b.op("Cast", [places], { to: "int64" });
  const at = b.op("Unsqueeze", [wide, b.ints([-1])]);
  const add = { reduction: "add" } as const;
  const rank = g.dims.length - places.dims.length + 1;
  const forth = toFront(rank, axis, 1);
  if (axis === 0) return b.op("ScatterND", [zeros(forth), at, g], add);
  const turned = moved(b, g, toFront(g.dims.length, axis, places.dims.length));
  return moved(
    b,
    b.op("ScatterND", [zeros(forth), at, turned], add),
    forth.map((_, i) => forth.indexOf(i)),
  );
}

/** The order of axes that has some of them first. */
function toFront(rank: number, from: number, count: number): number[] {
  const order = Array.from({ length: rank }, (_, i) => i);
  return [...order.splice(from, count), ...order];
}
