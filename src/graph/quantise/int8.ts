import { float32, sizeOf, type Tensor, tensor } from "../../base/tensor.ts";
import { type Builder } from "../build.ts";
import { fromHalf, toHalf } from "../half.ts";
import type { Initialiser, Value } from "../ir.ts";
import { roundEven } from "../meaning/special.ts";
import { fitsHalf } from "./halves.ts";
import type { Site } from "./site.ts";
import type { Store, Stored } from "./store.ts";

/**
 * One weight in whole numbers, symmetric: w ≈ scale · q with q in [−127, 127] and one scale for each output channel. A matrix is
 * widened before its product, which is done in float32; a table has a scale a row, in float16, and stays int8 in memory: only
 * the rows picked are widened.
 */
export const int8Of: Store = (b, weight, use) =>
  use.kind === "table" ? table(b, weight) : whole(b, weight, use.channel);

const LIMIT = 127;
/** A half of this much is within a sixteenth of any number near it. */
const LEAST_SCALE = 2 ** -21;

/** Why a weight is not kept so; a weight without a site has its outputs along its last axis. */
export function refusesInt8(weight: Initialiser, site?: Site): string | undefined {
  const { dims, data } = weight.tensor;
  if (data.some((v) => !Number.isFinite(v))) return "it holds what is not finite";
  if (site?.kind === "table") {
    return fitsHalf(scalesOf(weight.tensor, 0), "table", LEAST_SCALE)
      ? undefined
      : "its rows want scales that halves do not hold";
  }
  return refusesScales(weight, site?.channel ?? dims.length - 1);
}

/** A scale an output is worth its bytes where an output has more than one number. */
export function refusesScales({ tensor: { dims, data } }: Initialiser, channel: number): string | undefined {
  return data.length / dims[channel] < 2 ? "a scale for each of its numbers would take more than is saved" : undefined;
}

/**
 * Cast and Mul rather than DequantizeLinear: onnxruntime folds these once at load and multiplies in float32, where it
 * would fuse a DequantizeLinear with the product that follows and quantise the left side too, unasked.
 */
function whole(b: Builder, weight: Initialiser, channel: number): Stored {
  const { q, scales } = quantised(weight.tensor, channel);
  const small = b.parameter(weight.name, q);
  const dims = weight.dims.map((_, i) => (i === channel ? scales.length : 1));
  const scale = b.parameter(`${weight.name}.scale`, float32(dims, scales));
  const wide = (to: Builder): Value => to.op("Mul", [to.op("Cast", [small], { to: "float32" }), scale]);
  return { whole: wide, rows: wide };
}

function table(b: Builder, weight: Initialiser): Stored {
  const columns = Array.from({ length: weight.dims.length - 1 }, (_, i) => i + 1);
  const { q, scales } = quantised(weight.tensor, 0, true);
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

/** Each value rounded by the scale of its place along the channel axis. */
function quantised(weight: Tensor, channel: number, half = false): { q: Tensor<"int8">; scales: Float32Array } {
  const data = weight.data as Float32Array;
  const exact = scalesOf(weight, channel);
  const scales = half ? exact.map((scale) => fromHalf(toHalf(scale))) : exact;
  const placeOf = places(weight, channel);
  const q = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const scale = scales[placeOf(i)];
    if (scale > 0) q[i] = Math.max(-LIMIT, Math.min(LIMIT, roundEven(data[i] / scale)));
  }
  return { q: tensor("int8", weight.dims, q), scales };
}

/** scale = max |w| / 127 over everything that shares a place along the channel axis; zeros have scale 0. */
function scalesOf(weight: Tensor, channel: number): Float32Array {
  const data = weight.data as Float32Array;
  const placeOf = places(weight, channel);
  const scales = new Float32Array(weight.dims[channel]);
  for (let i = 0; i < data.length; i++) {
    const place = placeOf(i);
    scales[place] = Math.max(scales[place], Math.abs(data[i]));
  }
  return scales.map((most) => most / LIMIT);
}

function places({ dims }: Tensor, channel: number): (at: number) => number {
  const [size, stride] = [dims[channel], sizeOf(dims.slice(channel + 1))];
  return (at) => Math.floor(at / stride) % size;
}
