import type { Value } from "../ir.ts";
import { numbers } from "../shape/call.ts";
import { scatterAlong } from "./along.ts";
import { type Adjoint, refuseGradient, type Rule } from "./rule.ts";
import { dimsAlong } from "./shapes.ts";

/** One axis that is sliced: where from, and by which steps. `at` is its place among the bounds. */
interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly at: number;
}

/**
 * Steps of one: the cotangent with zeros put back on both sides, all axes at once. Other steps: scattered, one axis at a
 * time from the last, each back to its whole length.
 */
export const slice: Rule = (a) => [
  () => {
    const rank = a.x(0).dims.length;
    const starts = numbers(a.node.inputs[1]) ?? refuseGradient(a, "its bounds are not constants");
    const axes = (numbers(a.node.inputs[3]) ?? starts.map((_, i) => i)).map((v) => (v < 0 ? v + rank : v));
    const steps = numbers(a.node.inputs[4]) ?? starts.map(() => 1);
    const cuts = axes.map((axis, at): Cut => ({ axis, start: starts[at], step: steps[at], at }));
    if (steps.every((s) => s === 1)) return surrounded(a, a.dy, cuts);
    return cuts.reduceRight((g, cut) => (cut.step === 1 ? surrounded(a, g, [cut]) : scattered(a, g, cut)), a.dy);
  },
];

/** g with zeros before and after along the axes of the cuts. */
function surrounded(a: Adjoint, g: Value, cuts: readonly Cut[]): Value {
  const { b } = a;
  const x = a.x(0);
  const axes = cuts.map((c) => c.axis);
  const before = startsOf(a, cuts);
  const rest = b.op("Sub", [b.op("Sub", [dimsAlong(b, x, axes), dimsAlong(b, g, axes)]), before]);
  const zero = b.scalar(0, x.type as "float32" | "float64");
  return b.op("Pad", [g, b.op("Concat", [before, rest], { axis: 0 }), zero, b.ints(axes)]);
}

/** Where the cuts begin, counted from the front: max(0, size + start) where a start counts from the end. */
function startsOf(a: Adjoint, cuts: readonly Cut[]): Value {
  const { b } = a;
  const sizes = cuts.map((c) => a.x(0).dims[c.axis]);
  const known = cuts.map((c, i) => {
    const size = sizes[i];
    if (c.start >= 0) return typeof size === "number" ? Math.min(c.start, size) : c.start;
    return typeof size === "number" ? Math.max(0, size + c.start) : undefined;
  });
  if (known.every((k): k is number => k !== undefined)) return b.ints(known);
  const open = known.map((k, i) => {
    if (k !== undefined) return b.ints([k]);
    const counted = b.op("Add", [dimsAlong(b, a.x(0), [cuts[i].axis]), b.ints([cuts[i].start])]);
    return b.op("Max", [counted, b.ints([0])]);
  });
  return open.length === 1 ? open[0] : b.op("Concat", open, { axis: 0 });
}

/** g scattered to the places that its elements came from, along one axis. */
function scattered(a: Adjoint, g: Value, { axis, step, at }: Cut): Value {
  const { b } = a;
  const size = dimsAlong(b, a.x(0), [axis]);
  const all = b.op("Range", [b.scalar(0, "int64"), b.op("Squeeze", [size, b.ints([0])]), b.scalar(1, "int64")]);
  const bound = (i: number): Value => b.op("Slice", [a.x(i), b.ints([at]), b.ints([at + 1])]);
  const places = b.op("Slice", [all, bound(1), bound(2), b.ints([0]), b.ints([step])]);
  const value =
    a.x(0).type === "float64" ? { value: { type: "float64" as const, dims: [1], data: Float64Array.of(0) } } : {};
  return scatterAlong(b, g, places, axis, (order) =>
    b.op(
      "ConstantOfShape",
      [
        b.op(
          "Concat",
          order.map((i) => (i === axis ? size : dimsAlong(b, g, [i]))),
          { axis: 0 },
        ),
      ],
      value,
    ),
  );
}
