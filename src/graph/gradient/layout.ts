import type { Value } from "../ir.ts";
import type { layout } from "../op/layout.ts";
import { numbers } from "../shape/call.ts";
import { padded } from "../meaning/layout.ts";
import { backAlong, scatterAlong } from "./along.ts";
import { type Adjoint, type GradientRow, refuseGradient, type Rule, WHOLE } from "./rule.ts";
import { dimsAlong, moved, shapeFor, zerosLike } from "./shapes.ts";
import { slice } from "./slice.ts";

/** For operators that keep the elements in order: the cotangent takes the shape of the input. */
const reshaped: Rule = (a) => [() => a.b.op("Reshape", [a.dy, shapeFor(a.b, a.x(0))])];

const axisOf = (a: Adjoint, rank: number): number => {
  const axis = a.node.attributes.axis as number;
  return axis < 0 ? axis + rank : axis;
};

/** Each part takes its piece of the cotangent. */
const concat: Rule = (a) => {
  const { b } = a;
  const axis = axisOf(a, a.y.dims.length);
  const parts = a.node.inputs.map((_, i) => a.x(i));
  if (parts.length === 1) return [() => a.dy];
  const known = parts.map((p) => p.dims[axis]);
  const sizes = known.every((d): d is number => typeof d === "number")
    ? b.ints(known)
    : b.op(
        "Concat",
        parts.map((p) => dimsAlong(b, p, [axis])),
        { axis: 0 },
      );
  const pieces = b.ops("Split", [a.dy, sizes], { axis }, parts.length);
  return pieces.map((p) => () => p);
};

const split: Rule = (a) => [
  () => {
    const pieces = a.cotangents.map((c, i) => c ?? zerosLike(a.b, a.node.outputs[i]!));
    return a.b.op("Concat", pieces, { axis: axisOf(a, a.x(0).dims.length) });
  },
];

const pad: Rule = (a) => [
  () => {
    const rank = a.x(0).dims.length;
    const axes = (numbers(a.node.inputs[3]) ?? a.x(0).dims.map((_, i) => i)).map((v) => (v < 0 ? v + rank : v));
    return a.node.attributes.mode === "constant" ? inside(a, axes) : repeated(a, axes);
  },
  undefined,
  // The value has the cotangents of all places that are not of the input.
  () => {
    const { b } = a;
    const axes = numbers(a.node.inputs[3]) ?? a.x(0).dims.map((_, i) => i);
    const [all, own] = [a.dy, inside(a, axes)].map((v) => b.op("ReduceSum", [v], { keepdims: 0 }));
    return b.op("Reshape", [b.op("Sub", [all, own]), shapeFor(b, a.x(2))]);
  },
];

/** The cotangents of the places that hold the input; where elements were cut off by a padding below 0, zeros. */
function inside(a: Adjoint, axes: readonly number[]): Value {
  const { b } = a;
  if (numbers(a.node.inputs[1])?.some((p) => p < 0) === true)
    return b.op("Pad", [a.dy, b.op("Neg", [a.x(1)]), a.k(0), b.ints(axes)]);
  const before = b.op("Slice", [a.x(1), b.ints([0]), b.ints([axes.length])]);
  const end = b.op("Add", [before, dimsAlong(b, a.x(0), axes)]);
  return b.op("Slice", [a.dy, before, end, b.ints(axes)]);
}

/** What was repeated at the border gets the cotangents of all its copies. */
function repeated(a: Adjoint, axes: readonly number[]): Value {
  const pads = numbers(a.node.inputs[1]) ?? refuseGradient(a, "its paddings are not constants");
  return axes.reduce((g, axis, k) => {
    const [size, before, after] = [a.x(0).dims[axis], pads[k], pads[k + axes.length]];
    if (before === 0 && after === 0) return g;
    if (typeof size !== "number") return refuseGradient(a, "it repeats the border of an axis of unknown size");
    const place = (i: number): number => padded(a.node.attributes.mode as string, i - before, size);
    return backAlong(
      a.b,
      g,
      axis,
      size,
      Array.from({ length: size + before + after }, (_, i) => [[place(i), 1]]),
    );
  }, a.dy);
}

/** [r·d] is folded as [r, d], and r is summed away. */
const tile: Rule = (a) => [
  () => {
    const { b } = a;
    const x = a.x(0);
    const repeats = numbers(a.node.inputs[1]) ?? refuseGradient(a, "its repeats are not constants");
    const parts = x.dims.flatMap((_, i) => [b.ints([repeats[i]]), dimsAlong(b, x, [i])]);
    const folded = b.op("Reshape", [a.dy, b.op("Concat", parts, { axis: 0 })]);
    return b.op("ReduceSum", [folded, b.ints(x.dims.map((_, i) => 2 * i))], { keepdims: 0 });
  },
];

/** Batch axes are told by the place of an index alone; to scatter back, they are written out before it. */
const gatherND: Rule = (a) => [
  () => {
    const { b } = a;
    const at = a.x(1);
    const lead = at.dims.slice(0, -1).map((_, i) => i);
    const counted = lead.slice(0, a.node.attributes.batch_dims as number).map((axis) => {
      const size = b.op("Squeeze", [dimsAlong(b, at, [axis]), b.ints([0])]);
      const steps = b.op("Range", [b.scalar(0, "int64"), size, b.scalar(1, "int64")]);
      const others = [...lead.filter((i) => i !== axis), lead.length];
      const shape = b.op("Concat", [dimsAlong(b, at, lead), b.ints([1])], { axis: 0 });
      return b.op("Expand", [b.op("Unsqueeze", [steps, b.ints(others)]), shape]);
    });
    const whole = counted.length === 0 ? at : b.op("Concat", [...counted, at], { axis: -1 });
    return b.op("ScatterND", [zerosLike(b, a.x(0)), whole, a.dy], { reduction: "add" });
  },
];

/** What was written over has no part in the result; what was added to has all of it. */
const scatter =
  (gather: (a: Adjoint) => Value, erase: (a: Adjoint) => Value): Rule =>
  (a) => {
    const reduction = a.node.attributes.reduction as string;
    if (reduction !== "none" && reduction !== "add") refuseGradient(a, `its reduction is ${reduction}`);
    return [() => (reduction === "add" ? a.dy : erase(a)), undefined, () => gather(a)];
  };

/** The two values share the cotangent: "on" has that of the hot places, "off" the rest. */
const oneHot: Rule = (a) => [
  undefined,
  undefined,
  () => {
    const { b } = a;
    const type = a.y.type as "float32" | "float64";
    const pair = b.op(
      "Concat",
      [0, 1].map((v) => b.op("Unsqueeze", [b.scalar(v, type), b.ints([0])])),
      { axis: 0 },
    );
    const hot = b.op("OneHot", [a.x(0), a.x(1), pair], { axis: a.node.attributes.axis as number });
    const on = b.op("ReduceSum", [b.op("Mul", [a.dy, hot])], { keepdims: 0 });
    const off = b.op("Sub", [b.op("ReduceSum", [a.dy], { keepdims: 0 }), on]);
    return b.op(
      "Concat",
      [off, on].map((v) => b.op("Unsqueeze", [v, b.ints([0])])),
      { axis: 0 },
    );
  },
];

export const layoutGradients = {
  Reshape: reshaped,
  Flatten: reshaped,
  Transpose: (a) => [
    () => {
      const given = a.node.attributes.perm as readonly number[] | undefined;
      const perm = given ?? a.y.dims.map((_, i) => a.y.dims.length - 1 - i);
      return a.b.op("Transpose", [a.dy], { perm: perm.map((_, i) => perm.indexOf(i)) });
    },
  ],
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Expand: (a) => [() => a.dy],
  Tile: tile,
  Gather: (a) => [
    () =>
      scatterAlong(a.b, a.dy, a.x(1), axisOf(a, a.x(0).dims.length), (to) => zerosLike(a.b, moved(a.b, a.x(0), to))),
  ],
  GatherElements: (a) => [
    () =>
      a.b.op("ScatterElements", [zerosLike(a.b, a.x(0)), a.x(1), a.dy], {
        axis: a.node.attributes.axis as number,
        reduction: "add",
      }),
  ],
  GatherND: gatherND,
  ScatterElements: scatter(
    (a) => a.b.op("GatherElements", [a.dy, a.x(1)], { axis: a.node.attributes.axis as number }),
    (a) =>
      a.b.op("ScatterElements", [a.dy, a.x(1), zerosLike(a.b, a.x(2))], { axis: a.node.attributes.axis as number }),
  ),
  ScatterND: scatter(
    (a) => a.b.op("GatherND", [a.dy, a.x(1)]),
    (a) => a.b.op("ScatterND", [a.dy, a.x(1), zerosLike(a.b, a.x(2))]),
  ),
  Trilu: (a) => [() => a.b.op("Trilu", [a.dy, a.node.inputs[1]], { upper: a.node.attributes.upper as number })],
  Shape: WHOLE,
  Size: WHOLE,
  Range: { refused: "the number of its elements hangs on its inputs" },
  ConstantOfShape: WHOLE,
  OneHot: oneHot,
} satisfies Record<keyof typeof layout, GradientRow>;
