import type { Dim } from "../dim.ts";
import type { reduce } from "../op/reduce.ts";
import {
  axesInput,
  axisOf,
  broadcast,
  type Call,
  fact,
  input,
  intOf,
  isFloat,
  refuse,
  sameType,
  type ShapeRule,
} from "./call.ts";

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
  ArgMax: (call) => {
    const dims = input(call, 0).dims;
    const axis = axisOf(call, intOf(call, "axis"), dims.length);
    return [fact("int64", folded(dims, [axis], intOf(call, "keepdims") === 1))];
  },
  CumSum: (call) => [fact(input(call, 0).type, input(call, 0).dims)],
  Softmax: alongAxis,
  LogSoftmax: alongAxis,
  LayerNormalization: (call) => {
    const [x, scale, bias] = [input(call, 0), input(call, 1), call.inputs[2]];
    const type = sameType(call, x, scale, bias);
    if (!isFloat(type)) refuse(call, "it is defined for floating point alone");
    const axis = axisOf(call, intOf(call, "axis"), x.dims.length);
    for (const f of [scale, bias]) {
      if (f !== undefined && broadcast(call, [x.dims, f.dims]).join() !== x.dims.join())
        refuse(call, "scale and bias must broadcast to the input");
    }
    const statistic = fact(
      "float32",
      x.dims.map((d, i) => (i < axis ? d : 1)),
    );
    return [fact(type, x.dims), statistic, statistic].slice(0, call.outputs);
  },
} satisfies Record<keyof typeof reduce, ShapeRule>;
