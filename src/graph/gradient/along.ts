import { float32, type Tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import type { Taps } from "../meaning/resize.ts";

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
