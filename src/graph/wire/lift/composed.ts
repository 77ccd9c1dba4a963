import type { Value } from "../../ir.ts";
import { elementTypeOf } from "../fields.ts";
import { exactShape, shapeFor } from "../../gradient/shapes.ts";
import { float, input, int, ints, type Lift, refuse, scalarLike, type Site, text } from "./site.ts";

/** Standard operators that are spoken as what they are made of. */

/** x · sigmoid(αx) */
export const swish: Lift = (s) => {
  const x = input(s, 0);
  const alpha = float(s, "alpha", s.op === "QuickGelu" ? 1.702 : 1);
  const inner = alpha === 1 ? x : s.b.op("Mul", [x, scalarLike(s.b, x, alpha)]);
  return [s.b.op("Mul", [x, s.b.op("Sigmoid", [inner])])];
};

/** x + bias below −λ, x − bias above λ, 0 between. */
export const shrink: Lift = (s) => {
  const { b } = s;
  const x = input(s, 0);
  const k = (v: number): Value => scalarLike(b, x, v);
  const [bias, lambda] = [float(s, "bias", 0), float(s, "lambd", 0.5)];
  const high = b.op("Where", [b.op("Greater", [x, k(lambda)]), b.op("Sub", [x, k(bias)]), k(0)]);
  return [b.op("Where", [b.op("Less", [x, k(-lambda)]), b.op("Add", [x, k(bias)]), high])];
};

export const castLike: Lift = (s) => [s.b.op("Cast", [input(s, 0)], { to: input(s, 1).type })];

/** x over its length along one axis, in the norm of the order p (1 or 2). */
export const lpNormalization: Lift = (s) => {
  const { b } = s;
  const x = input(s, 0);
  const norm = int(s, "p", 2) === 1 ? "ReduceL1" : "ReduceL2";
  return [b.op("Div", [x, b.op(norm, [x, b.ints([int(s, "axis", -1)])])])];
};

/** (x − mean) / (√variance + 10⁻⁹) over the axes (0, 2 and 3 when not told). */
export const meanVarianceNormalization: Lift = (s) => {
  const { b } = s;
  const x = input(s, 0);
  const axes = b.ints(ints(s, "axes") ?? [0, 2, 3]);
  const centred = b.op("Sub", [x, b.op("ReduceMean", [x, axes])]);
  const variance = b.op("ReduceMean", [b.op("Mul", [centred, centred]), axes]);
  return [b.op("Div", [centred, b.op("Add", [b.op("Sqrt", [variance]), scalarLike(b, x, 1e-9)])])];
};

/** 1 at the first largest element along the axis, 0 elsewhere. */
export const hardmax: Lift = (s) => {
  const { b } = s;
  const x = input(s, 0);
  const rank = x.dims.length;
  const given = int(s, "axis", s.opset < 13 ? 1 : -1);
  const axis = given < 0 ? given + rank : given;
  if (s.opset < 13 && axis !== rank - 1) refuse(s, "it flattens its input at an axis that is not the last");
  const size = x.dims[axis];
  if (typeof size !== "number") return refuse(s, "the size of its axis is not known", "export a fixed size");
  const best = b.op("ArgMax", [x], { axis, keepdims: 0 });
  const values = b.op(
    "Concat",
    [b.op("Unsqueeze", [scalarLike(b, x, 0), b.ints([0])]), b.op("Unsqueeze", [scalarLike(b, x, 1), b.ints([0])])],
    { axis: 0 },
  );
  return [b.op("OneHot", [best, b.scalar(size, "int64"), values], { axis })];
};

/** Parts of a shape: numbers stand as they are, a name is asked of the input at that axis. */
function shaped(
  s: Site,
  x: Value,
  parts: readonly (number | { readonly axis: number; readonly by: "*" | "/"; readonly n: number })[],
): Value {
  const { b } = s;
  return b.op(
    "Concat",
    parts.map((p) => {
      if (typeof p === "number") return b.ints([p]);
      const d = x.dims[p.axis];
      if (typeof d === "number") return b.ints([p.by === "*" ? d * p.n : d / p.n]);
      const asked = b.op("Gather", [b.op("Shape", [x]), b.ints([p.axis])]);
      return p.n === 1 ? asked : b.op(p.by === "*" ? "Mul" : "Div", [asked, b.ints([p.n])]);
    }),
    { axis: 0 },
  );
}

/** What blocks of n by n places are cut from. */
function blocks(s: Site): { x: Value; n: number; channels: number } {
  const x = input(s, 0);
  const n = int(s, "blocksize", 1);
  const channels = x.dims[1];
  if (x.dims.length !== 4 || typeof channels !== "number")
    return refuse(
      s,
      "it takes [batch, channels, height, width] with a known number of channels",
      "export fixed channels",
    );
  return { x, n, channels };
}

/** Blocks of n·n channels become squares of n by n places. In the order DCR the block is the slower part of a channel. */
export const depthToSpace: Lift = (s) => {
  const { b } = s;
  const { x, n, channels } = blocks(s);
  const same = (axis: number) => ({ axis, by: "*", n: 1 }) as const;
  const deep = channels / (n * n);
  if (!Number.isSafeInteger(deep)) refuse(s, `${channels} channels do not divide into blocks of ${n} by ${n}`);
  const columns = text(s, "mode", "DCR") === "CRD";
  const split = columns ? [deep, n, n] : [n, n, deep];
  const cut = b.op("Reshape", [x, shaped(s, x, [same(0), ...split, same(2), same(3)])]);
  const moved = b.op("Transpose", [cut], { perm: columns ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2] });
  return [b.op("Reshape", [moved, shaped(s, x, [same(0), deep, { axis: 2, by: "*", n }, { axis: 3, by: "*", n }])])];
};

/** Squares of n by n places become n·n times the channels, the block the slower part. */
export const spaceToDepth: Lift = (s) => {
  const { b } = s;
  const { x, n, channels } = blocks(s);
  if (n < 1 || x.dims.slice(2).some((d) => typeof d === "number" && d % n !== 0))
    refuse(s, `the sides do not divide into blocks of ${n}`);
  const [rows, columns] = [2, 3].map((axis) => ({ axis, by: "/", n }) as const);
  const same = { axis: 0, by: "*", n: 1 } as const;
  const cut = b.op("Reshape", [x, shaped(s, x, [same, channels, rows, n, columns, n])]);
  const moved = b.op("Transpose", [cut], { perm: [0, 3, 5, 1, 2, 4] });
  return [b.op("Reshape", [moved, shaped(s, x, [same, channels * n * n, rows, columns])])];
};

/** x / (bias + α/size · Σ of x² over `size` channels around)^β: the sum is a pooling along the channels. */
export const localResponse: Lift = (s) => {
  const { b } = s;
  const x = input(s, 0);
  const size = int(s, "size", 1);
  const before = Math.floor((size - 1) / 2);
  if (x.dims.length < 3) refuse(s, "it takes [batch, channels, …space]");
  // [batch, 1, channels, space]: the channels become an axis that a pooling runs along.
  const stacked = b.op("Reshape", [
    b.op("Mul", [x, x]),
    shaped(s, x, [{ axis: 0, by: "*", n: 1 }, 1, { axis: 1, by: "*", n: 1 }, -1]),
  ]);
  const pooled = b.op("AveragePool", [stacked], {
    kernel_shape: [size, 1],
    pads: [before, 0, size - 1 - before, 0],
    count_include_pad: 1,
  });
  const mean = b.op("Reshape", [pooled, shapeFor(b, x)]);
  const k = (v: number): Value => scalarLike(b, x, v);
  const base = b.op("Add", [b.op("Mul", [mean, k(float(s, "alpha", 1e-4))]), k(float(s, "bias", 1))]);
  return [b.op("Div", [x, b.op("Pow", [base, k(float(s, "beta", 0.75))])])];
};

/** Ones on a diagonal of zeros, of the shape of its input. */
export const eyeLike: Lift = (s) => {
  const { b } = s;
  const x = input(s, 0);
  const dtype = s.attributes["dtype"]?.i;
  const type = dtype === undefined ? x.type : elementTypeOf(dtype);
  if (type === undefined) return refuse(s, "it asks for an element type that is not spoken here", "ask for float32");
  const k = int(s, "k", 0);
  const ones = b.op("Cast", [b.op("Expand", [b.scalar(1), exactShape(b, x)])], { to: type });
  const upper = b.op("Trilu", [ones, b.scalar(k, "int64")], { upper: 1 });
  return [b.op("Trilu", [upper, b.scalar(k, "int64")], { upper: 0 })];
};
