import type { Attributes } from "../ir.ts";
import { scaled } from "../shape/resize.ts";
import { array, eachIndex, type NdArray, offset, strides } from "./array.ts";
import { arg, type Application, intsAt, normal } from "./call.ts";

/** What one place of the output reads: places of the input with their weights. */
export type Taps = readonly (readonly [place: number, weight: number])[];

const f32 = Math.fround;

/**
 * Where a place of the output lies in the input (ONNX, Resize, coordinate_transformation_mode), rounded to float32 at each
 * step as engines do: a place that falls on a border falls on the same side of it.
 */
function coordinate(mode: string, at: number, size: number, out: number, scale: number): number {
  const half = (): number => f32(f32((at + 0.5) / scale) - 0.5);
  switch (mode) {
    case "align_corners":
      return out === 1 ? 0 : f32((at * (size - 1)) / (out - 1));
    case "asymmetric":
      return f32(at / scale);
    case "pytorch_half_pixel":
      return out > 1 ? half() : 0;
    case "half_pixel_symmetric":
      return f32(f32((size / 2) * f32(1 - f32(out / (scale * size))) + f32((at + 0.5) / scale)) - 0.5);
    default:
      return half();
  }
}

function nearest(mode: string, at: number): number {
  if (mode === "floor") return Math.floor(at);
  if (mode === "ceil") return Math.ceil(at);
  return mode === "round_prefer_ceil" ? Math.floor(at + 0.5) : Math.ceil(at - 0.5);
}

/** Keys' cubic of the distance, with its parameter a (Keys 1981). */
function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}

/** The taps of every place of one axis. A Resize of several axes is one axis after another. */
export function tapsAlong(attributes: Attributes, size: number, out: number, scale: number): Taps[] {
  const inside = (p: number): number => Math.min(size - 1, Math.max(0, p));
  const mode = attributes.coordinate_transformation_mode as string;
  return Array.from({ length: out }, (_, i): Taps => {
    const at = coordinate(mode, i, size, out, scale);
    if (attributes.mode === "nearest") return [[inside(nearest(attributes.nearest_mode as string, at)), 1]];
    const floor = Math.floor(attributes.mode === "linear" ? inside(at) : at);
    const rest = (attributes.mode === "linear" ? inside(at) : at) - floor;
    if (attributes.mode === "linear") {
      return [
        [floor, 1 - rest],
        [inside(floor + 1), rest],
      ];
    }
    const taps = [-1, 0, 1, 2].map((k) => [floor + k, cubic(rest - k, attributes.cubic_coeff_a as number)] as const);
    if (attributes.exclude_outside === 0) return taps.map(([p, w]) => [inside(p), w]);
    const there = taps.filter(([p]) => p === inside(p));
    const total = there.reduce((s, [, w]) => s + w, 0);
    return there.map(([p, w]) => [p, w / total]);
  });
}

export function resize(run: Application): NdArray {
  let x = arg(run, 0);
  const axes = (intsAt(run, "axes") ?? x.dims.map((_, i) => i)).map((a) => normal(a, x.dims.length));
  const [scales, sizes] = [run.inputs[2]?.data, run.inputs[3]?.data];
  axes.forEach((axis, k) => {
    const size = x.dims[axis];
    const out = sizes?.[k] ?? (scaled(size, scales?.[k] ?? 1) as number);
    const scale = scales?.[k] ?? out / size;
    if (out !== size || scale !== 1) x = alongAxis(x, axis, tapsAlong(run.attributes, size, out, scale));
  });
  return x;
}

function alongAxis(x: NdArray, axis: number, taps: readonly Taps[]): NdArray {
  const y = array(x.type, x.dims.with(axis, taps.length));
  const steps = strides(x.dims);
  eachIndex(y.dims, (index, flat) => {
    const base = offset(index.with(axis, 0), steps);
    for (const [place, weight] of taps[index[axis]]) y.data[flat] += weight * x.data[base + place * steps[axis]];
  });
  return y;
}
