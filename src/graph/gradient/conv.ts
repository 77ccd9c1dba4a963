import type { Value } from "../ir.ts";
import { type Window, windowOf } from "../shape/window.ts";
import { unslide } from "../shape/window.ts";
import { type Adjoint, refuseGradient, type Rule } from "./rule.ts";
import { dimsAlong, shapeFor } from "./shapes.ts";

function windowFor(a: Adjoint, spatial: readonly (number | string)[]): Window {
  const kernel = a.x(1).dims.slice(2);
  const known = kernel.every((k): k is number => typeof k === "number");
  const window = known ? windowOf(a.node.attributes, kernel, spatial) : undefined;
  return window ?? refuseGradient(a, "its padding or kernel is not known before it runs");
}

/** Explicit paddings instead of auto_pad. */
const attributesOf = (
  a: Adjoint,
  w: Window,
): { strides: readonly number[]; dilations: readonly number[]; pads: readonly number[]; group: number } => ({
  strides: w.strides,
  dilations: w.dilations,
  pads: [...w.begin, ...w.end],
  group: a.node.attributes.group as number,
});

/**
 * d weight, one product for each place of the kernel: the cotangent against the input as that place saw it,
 * dW[m, c, k] = Σ over n and positions p of small[n, m, p] · large[n, c, p·stride + k·dilation − begin].
 */
function weightGradient(a: Adjoint, large: Value, small: Value, w: Window): Value {
  const { b } = a;
  const group = a.node.attributes.group as number;
  const space = w.kernel.map((_, i) => i + 2);
  const zero = b.scalar(0, large.type as "float32" | "float64");
  const padded = b.op("Pad", [large, b.ints([...w.begin, ...w.end]), zero, b.ints(space)]);
  const flat = (v: Value): Value => {
    const channels = v.dims[1];
    if (group === 1) return b.op("Reshape", [v, b.ints([0, 0, -1])]);
    if (typeof channels !== "number") return refuseGradient(a, "the number of channels is not known");
    const split = b.op("Reshape", [v, b.ints([0, group, channels / group, -1])]);
    return split;
  };
  const rows = flat(small);
  const reach = b.op("Add", [
    b.op("Mul", [b.op("Sub", [dimsAlong(b, small, space), b.ints([1])]), b.ints(w.strides)]),
    b.ints([1]),
  ]);
  const products = places(w.kernel).map((k) => {
    const start = b.ints(k.map((v, i) => v * w.dilations[i]));
    const seen = b.op("Slice", [padded, start, b.op("Add", [reach, start]), b.ints(space), b.ints(w.strides)]);
    const columns = flat(seen);
    const perm = columns.dims.map((_, i) => i);
    [perm[perm.length - 1], perm[perm.length - 2]] = [perm.length - 2, perm.length - 1];
    const product = b.op("MatMul", [rows, b.op("Transpose", [columns], { perm })]);
    const summed = b.op("ReduceSum", [product, b.ints([0])], { keepdims: 0 });
    return b.op("Unsqueeze", [summed, b.ints([-1])]);
  });
  return b.op("Reshape", [b.op("Concat", products, { axis: -1 }), shapeFor(b, a.x(1))]);
}

/** Every place of a kernel in row-major order. */
function places(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (all, n) => all.flatMap((head) => Array.from({ length: n }, (_, i) => [...head, i])),
    [[]],
  );
}

/** What the last stride left over at the end of each spatial axis; the most that it may be where the size is a name. */
export interface Rest {
  readonly extra: readonly number[];
  /** The axes that are therefore too long, and are to be cut. */
  readonly open: readonly number[];
}

export function leftOver(a: Adjoint, w: Window, x: Value): Rest {
  const open: number[] = [];
  const extra = x.dims.slice(2).map((size, i) => {
    const back = unslide(w, a.y.dims[i + 2], i, 0);
    if (typeof size === "number" && typeof back === "number") return size - back;
    if (w.strides[i] > 1) open.push(i + 2);
    return w.strides[i] - 1;
  });
  return { extra, open };
}

/** The cotangent cut to the sizes of the input, where these are names. */
export function cutTo(a: Adjoint, x: Value, { open }: Rest, wide: Value): Value {
  if (open.length === 0) return wide;
  const zeros = a.b.ints(open.map(() => 0));
  return a.b.op("Slice", [wide, zeros, dimsAlong(a.b, x, open), a.b.ints(open)]);
}

const biasGradient = (a: Adjoint): Value => {
  const axes = a.dy.dims.flatMap((_, i) => (i === 1 ? [] : [i]));
  return a.b.op("ReduceSum", [a.dy, a.b.ints(axes)], { keepdims: 0 });
};

export const convRule: Rule = (a) => {
  const x = a.x(0);
  const w = windowFor(a, x.dims.slice(2));
  return [
    () => {
      const rest = leftOver(a, w, x);
      return cutTo(
        a,
        x,
        rest,
        a.b.op("ConvTranspose", [a.dy, a.x(1)], { ...attributesOf(a, w), output_padding: rest.extra }),
      );
    },
    () => weightGradient(a, x, a.dy, w),
    () => biasGradient(a),
  ];
};

export const convTransposeRule: Rule = (a) => {
  const auto = a.node.attributes.auto_pad as string;
  if (auto !== "NOTSET") refuseGradient(a, "auto_pad hides its padding");
  const w = windowFor(a, a.y.dims.slice(2));
  return [
    () => a.b.op("Conv", [a.dy, a.x(1)], attributesOf(a, w)),
    () => weightGradient(a, a.dy, a.x(0), w),
    () => biasGradient(a),
  ];
};
