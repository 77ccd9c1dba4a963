import { type Dim, product } from "../dim.ts";
import type { reduce } from "../op/reduce.ts";
import { axesInput, axisOf, type Call, fact, input, intOf, isFloat, refuse, type ShapeRule, wantType } from "./call.ts";

/** The axes that a reduction folds: those of its second input; without any, all of them or (noop_with_empty_axes) none. */
function reducedAxes(call: Call): number[] {
  const rank = input(call, 0).dims.length;
  const axes = axesInput(call, 1, rank) ?? [];
  if (axes.length > 0 || intOf(call, "noop_with_empty_axes") === 1) return axes;
  return Array.from({ length: rank }, (_, i) => i);
}

function folded(dims: readonly Dim[], axes: readonly number[], keep: boolean): Dim[] {
  return keep ? dims.map((d, i) => (axes.includes(i) ? 1 : d)) : dims.filter((_, i) => !axes.includes(i));
}

const reduction: ShapeRule = (call) => [
  fact(input(call, 0).type, folded(input(call, 0).dims, reducedAxes(call), intOf(call, "keepdims") === 1)),
];

const place: ShapeRule = (call) => {
  const dims = input(call, 0).dims;
  const axis = axisOf(call, intOf(call, "axis"), dims.length);
  return [fact("int64", folded(dims, [axis], intOf(call, "keepdims") === 1))];
};

const alongAxis: ShapeRule = (call) => {
  const x = input(call, 0);
  if (!isFloat(x.type)) refuse(call, "it is defined for floating point alone");
  axisOf(call, intOf(call, "axis"), x.dims.length);
  return [fact(x.type, x.dims)];
};

export const reduceShapes = {
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceSumSquare: reduction,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSum: reduction,
  ReduceLogSumExp: reduction,
  ReduceProd: (call) => {
    const [{ type, dims }] = reduction(call);
    const { content, dims: from } = input(call, 0);
    const whole = from.length === 1 && content?.every((c): c is Dim => c !== undefined) === true;
    return [fact(type, dims, whole ? [product(content)] : undefined)];
  },
  ArgMax: place,
  ArgMin: place,
  TopK: (call) => {
    const { type, dims } = input(call, 0);
    wantType(call, input(call, 1), ["int64"]);
    const axis = axisOf(call, intOf(call, "axis"), dims.length);
    const k = input(call, 1).content?.[0] ?? call.unknown();
    if (typeof k === "number" && typeof dims[axis] === "number" && k > dims[axis])
      refuse(call, `it takes ${k} of ${dims[axis]} elements`);
    const taken = dims.map((d, i) => (i === axis ? k : d));
    return [fact(type, taken), fact("int64", taken)];
  },
  CumSum: (call) => [fact(input(call, 0).type, input(call, 0).dims)],
  Softmax: alongAxis,
  LogSoftmax: alongAxis,
} satisfies Record<keyof typeof reduce, ShapeRule>;
