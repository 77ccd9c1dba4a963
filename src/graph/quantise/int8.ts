import { float32, sizeOf, type Tensor, tensor } from "../../base/tensor.ts";
import { type Builder } from "../build.ts";
import { fromHalf, toHalf } from "../half.ts";
import type { Initialiser, Value } from "../ir.ts";
import { roundEven } from "../meaning/special.ts";
import type { Store, Stored } from "./store.ts";

/**
 * One weight in whole numbers, symmetric: w ≈ scale · q with q in [−127, 127] and one scale for each output channel. A matrix is
 * widened before its product, which is done in float32; a table has a scale a row, in float16, and stays int8 in memory: only
 * the rows picked are widened.
 */
export const int8Of: Store = (b, weight, use) =>
  use.kind === "table" ? table(b, weight) : whole(b, weight, use.channel);

/**
 * Cast and Mul rather than DequantizeLinear: onnxruntime folds these once at load and multiplies in float32, where it
 * would fuse a DequantizeLinear with the product that follows and quantise the left side too, unasked.
 */
function whole(b: Builder, weight: Initialiser, channel: number): Stored {
  const { q, scales } = quantised(weight.tensor, [channel], 127);
  const small = b.parameter(weight.name, q);
  const dims = weight.dims.map((_, i) => (i === channel ? scales.length : 1));
  const scale = b.parameter(`${weight.name}.scale`, float32(dims, scales));
  const wide = (to: Builder): Value => to.op("Mul", [to.op("Cast", [small], { to: "float32" }), scale]);
  return { whole: wide, rows: wide };
}

function table(b: Builder, weight: Initialiser): Stored {
  const columns = Array.from({ length: weight.dims.length - 1 }, (_, i) => i + 1);
  const { q, scales } = quantised(weight.tensor, [0], 127, true);
  const small = b.parameter(weight.name, q);
  const halves = tensor("float16", [q.dims[0], ...columns.map(() => 1)], Uint16Array.from(scales, toHalf));
  const scale = b.parameter(`${weight.name}.scale`, halves);
  const widen = (to: Builder, picked: Value, factor: Value): Value =>
    to.op("Mul", [to.op("Cast", [picked], { to: "float32" }), to.op("Cast", [factor], { to: "float32" })]);
  return {
    whole: (to) => widen(to, small, scale),
    rows: (to, indices) => widen(to, to.op("Gather", [small, indices]), to.op("Gather", [scale, indices])),
  };
}

/** scale = max |w| / limit over everything that shares a place along `axes`; a group of zeros has scale 0. */
function quantised(
  weight: Tensor,
  axes: readonly number[],
  limit: number,
  half = false,
): { q: Tensor<"int8">; scales: Float32Array } {
  const data = weight.data as Float32Array;
  const groups = axes.map((a) => weight.dims[a]);
  const strides = weight.dims.map((_, i) => sizeOf(weight.dims.slice(i + 1)));
  const groupOf = (at: number): number =>
    axes.reduce((g, a, k) => g * groups[k] + (Math.floor(at / strides[a]) % weight.dims[a]), 0);
  const scales = new Float32Array(sizeOf(groups));
  for (let i = 0; i < data.length; i++) scales[groupOf(i)] = Math.max(scales[groupOf(i)], Math.abs(data[i]));
  for (let g = 0; g < scales.length; g++) {
    const exact = scales[g] / limit;
    scales[g] = half ? fromHalf(toHalf(exact)) : exact;
  }
  const q = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const scale = scales[groupOf(i)];
    if (scale > 0) q[i] = Math.max(-limit, Math.min(limit, roundEven(data[i] / scale)));
  }
  return { q: tensor("int8", weight.dims, q), scales };
}
