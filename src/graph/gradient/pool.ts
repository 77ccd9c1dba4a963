import { float32, sizeOf } from "../../base/tensor.ts";
import type { Value } from "../ir.ts";
import { averageCount } from "../meaning/window.ts";
import { eachIndex } from "../meaning/array.ts";
import { tapsAlong } from "../meaning/resize.ts";
import type { pool } from "../op/pool.ts";
import { type Window, windowOf } from "../shape/window.ts";
import { backAlong } from "./along.ts";
import { cutTo, leftOver } from "./conv.ts";
import { type Adjoint, type GradientRow, mask, mul, refuseGradient, type Rule } from "./rule.ts";
import { countAlong, dimsAlong, exactShape, shapeFor, zerosLike } from "./shapes.ts";

/** Each cotangent goes back to the place that won its window; overlapping windows add up. */
const maxPool: Rule = (a) => [
  () => {
    const { b } = a;
    const [, at] = b.widen(a.y, 2);
    const flat = zerosLike(b, b.op("Reshape", [a.x(0), b.ints([-1])]));
    const places = b.op("Reshape", [at, b.ints([-1, 1])]);
    const summed = b.op("ScatterND", [flat, places, b.op("Reshape", [a.dy, b.ints([-1])])], { reduction: "add" });
    return b.op("Reshape", [summed, shapeFor(b, a.x(0))]);
  },
];

/** One over how many elements each window averages: one number where it is the same everywhere. */
function shares(a: Adjoint, w: Window): Value {
  const space = a.y.dims.slice(2);
  const [x, { ceil_mode, count_include_pad }] = [a.x(0), a.node.attributes];
  const full = ceil_mode === 0 && (count_include_pad === 1 || [...w.begin, ...w.end].every((p) => p === 0));
  if (full) return a.k(1 / sizeOf(w.kernel));
  const sizes = x.dims.slice(2);
  const known = (d: number | string): d is number => typeof d === "number";
  if (!space.every(known) || !sizes.every(known)) return refuseGradient(a, "it pads an axis of unknown size");
  const counts = new Float64Array(sizeOf(space));
  eachIndex(space, (place, flat) => (counts[flat] = 1 / averageCount(w, place, sizes, count_include_pad === 1)));
  const dims = [1, 1, ...space];
  return a.b.constant(x.type === "float64" ? { type: "float64", dims, data: counts } : float32(dims, counts));
}

/** Each cotangent, divided by the count of its window, is spread over the window: a transposed convolution with ones. */
const averagePool: Rule = (a) => [
  () => {
    const { b } = a;
    const x = a.x(0);
    const [channels, sizes] = [x.dims[1], x.dims.slice(2)];
    const w = windowOf(a.node.attributes, a.node.attributes.kernel_shape as number[], sizes);
    if (w === undefined || typeof channels !== "number")
      return refuseGradient(a, "its padding or its number of channels is not known before it runs");
    const rest = leftOver(a, w, x);
    if (rest.open.length > 0 && a.node.attributes.ceil_mode !== 0)
      return refuseGradient(a, "it rounds an unknown size up by its stride");
    const dims = [channels, 1, ...w.kernel];
    const ones = new Float64Array(sizeOf(dims)).fill(1);
    const kernel = b.constant(x.type === "float64" ? { type: "float64", dims, data: ones } : float32(dims, ones));
    const spread = b.op("ConvTranspose", [mul(a, a.dy, shares(a, w)), kernel], {
      group: channels,
      strides: w.strides,
      dilations: w.dilations,
      // What the last window of the ceiling form reaches past the end is cut off; what no window reached is put back.
      pads: [...w.begin, ...w.end.map((p, i) => p + Math.max(0, -rest.extra[i]))],
      output_padding: rest.extra.map((r) => Math.max(0, r)),
    });
    return cutTo(a, x, rest, spread);
  },
];

const spatial = (a: Adjoint): number[] => a.x(0).dims.flatMap((_, i) => (i >= 2 ? [i] : []));

/** Sizes that are numbers: the adjoint of each axis' taps. A name: whole blocks of the nearest, summed. */
const resize: Rule = (a) => [
  () => {
    const { b } = a;
    const x = a.x(0);
    const scales = a.node.inputs[2]?.tensor?.data as ArrayLike<number> | undefined;
    const axes = (a.node.attributes.axes as readonly number[] | undefined) ?? x.dims.map((_, i) => i);
    let g = a.dy;
    axes.forEach((given, k) => {
      const axis = given < 0 ? given + x.dims.length : given;
      const [size, out] = [x.dims[axis], a.y.dims[axis]];
      const scale = scales === undefined ? undefined : Number(scales[k]);
      if (typeof size === "number" && typeof out === "number") {
        if (size === out && (scale ?? 1) === 1) return;
        g = backAlong(b, g, axis, size, tapsAlong(a.node.attributes, size, out, scale ?? out / size));
      } else if (scale !== 1 && size !== out) g = blocks(a, g, axis, scale);
    });
    return g;
  },
];

function blocks(a: Adjoint, g: Value, axis: number, scale: number | undefined): Value {
  const { b } = a;
  if (scale === undefined || !Number.isInteger(scale))
    return refuseGradient(a, "an axis of unknown size is not scaled by a whole number");
  const whole = tapsAlong(a.node.attributes, 4, 4 * scale, scale).every(
    (taps, i) => taps.length === 1 && taps[0][0] === Math.floor(i / scale),
  );
  if (!whole) return refuseGradient(a, "an axis of unknown size is not repeated but blended");
  const parts = g.dims.flatMap((_, i) =>
    i === axis ? [dimsAlong(b, a.x(0), [i]), b.ints([scale])] : [dimsAlong(b, g, [i])],
  );
  const folded = b.op("Reshape", [g, b.op("Concat", parts, { axis: 0 })]);
  return b.op("ReduceSum", [folded, b.ints([axis + 1])], { keepdims: 0 });
}

export const poolGradients = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalMaxPool: (a) => [
    () => {
      const { b } = a;
      const held = mask(a, b.op("Equal", [a.x(0), a.y]));
      const ties = b.op("ReduceSum", [held, b.ints(spatial(a))]);
      return mul(a, held, b.op("Div", [a.dy, ties]));
    },
  ],
  GlobalAveragePool: (a) => [
    () => {
      const share = a.b.op("Div", [a.dy, countAlong(a.b, a.x(0), spatial(a))]);
      return a.b.op("Expand", [share, exactShape(a.b, a.x(0))]);
    },
  ],
  Resize: resize,
} satisfies Record<keyof typeof pool, GradientRow>;
