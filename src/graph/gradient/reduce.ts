import type { Value } from "../ir.ts";
import type { reduce } from "../op/reduce.ts";
import { numbers } from "../shape/call.ts";
import { type Adjoint, type GradientRow, mask, mul, type Rule, WHOLE } from "./rule.ts";
import { countAlong, exactShape, zerosLike } from "./shapes.ts";

/** The axes that the node folds, counted from the front. */
function foldedAxes(a: Adjoint): number[] {
  const rank = a.x(0).dims.length;
  const given = (numbers(a.node.inputs[1]) ?? []).map((v) => (v < 0 ? v + rank : v));
  if (given.length > 0 || a.node.attributes.noop_with_empty_axes === 1) return given;
  return Array.from({ length: rank }, (_, i) => i);
}

/** A folded value with its folded axes as ones again, so that it broadcasts against the input. */
function kept(a: Adjoint, folded: Value): Value {
  if (a.node.attributes.keepdims === 1) return folded;
  const axes = foldedAxes(a).sort((p, q) => p - q);
  return axes.length === 0 ? folded : a.b.op("Unsqueeze", [folded, a.b.ints(axes)]);
}

const spread = (a: Adjoint, g: Value): Value => a.b.op("Expand", [g, exactShape(a.b, a.x(0))]);

/** The cotangent goes to the places that hold the extremum; ties share it. */
const extremum: Rule = (a) => [
  () => {
    const { b } = a;
    const mask = b.op("Cast", [b.op("Equal", [a.x(0), kept(a, a.y)])], { to: a.x(0).type });
    const ties = b.op("ReduceSum", [mask, b.ints(foldedAxes(a))], { keepdims: 1 });
    return b.op("Mul", [mask, b.op("Div", [kept(a, a.dy), ties])]);
  },
];

/** dx = dy · the product of the others: y/x where nothing is 0, else all else's product at the one place that is. */
const product: Rule = (a) => [
  () => {
    const { b } = a;
    const x = a.x(0);
    const zero = b.op("Equal", [x, a.k(0)]);
    const axes = b.ints(foldedAxes(a));
    const filled = b.op("Where", [zero, a.k(1), x]);
    const rest = b.op("ReduceProd", [filled, axes], { noop_with_empty_axes: 1 });
    const count = b.op("ReduceSum", [mask(a, zero), axes], { noop_with_empty_axes: 1 });
    const none = mul(a, b.op("Div", [rest, filled]), mask(a, b.op("Equal", [count, a.k(0)])));
    const alone = mul(a, rest, mask(a, b.op("Equal", [count, a.k(1)])));
    return mul(a, kept(a, a.dy), b.op("Where", [zero, alone, none]));
  },
];

const lastAxis = (a: Adjoint): Value => a.b.ints([a.node.attributes.axis as number]);

export const reduceGradients = {
  ReduceSum: (a) => [() => spread(a, kept(a, a.dy))],
  ReduceMean: (a) => [() => spread(a, a.b.op("Div", [kept(a, a.dy), countAlong(a.b, a.x(0), foldedAxes(a))]))],
  ReduceMax: extremum,
  ReduceMin: extremum,
  ReduceSumSquare: (a) => [() => a.b.op("Mul", [a.x(0), a.b.op("Mul", [kept(a, a.dy), a.k(2)])])],
  // dx = dy · sign x
  ReduceL1: (a) => [() => mul(a, kept(a, a.dy), a.b.op("Sign", [a.x(0)]))],
  // dx = dy · x / y, and 0 where all is 0
  ReduceL2: (a) => [
    () => {
      const length = kept(a, a.y);
      const divisor = a.b.op("Where", [a.b.op("Equal", [length, a.k(0)]), a.k(1), length]);
      return mul(a, a.x(0), a.b.op("Div", [kept(a, a.dy), divisor]));
    },
  ],
  // dx = dy / Σx, and Σx = exp y
  ReduceLogSum: (a) => [() => spread(a, a.b.op("Div", [kept(a, a.dy), a.b.op("Exp", [kept(a, a.y)])]))],
  // dx = dy · exp(x − y)
  ReduceLogSumExp: (a) => [() => mul(a, kept(a, a.dy), a.b.op("Exp", [a.b.op("Sub", [a.x(0), kept(a, a.y)])]))],
  ReduceProd: product,
  ArgMax: WHOLE,
  ArgMin: WHOLE,
  // Each cotangent goes back to the place that its value came from.
  TopK: (a) => [
    () =>
      a.b.op("ScatterElements", [zerosLike(a.b, a.x(0)), a.b.widen(a.y, 2)[1], a.dy], {
        axis: a.node.attributes.axis as number,
        reduction: "add",
      }),
  ],
  // The sum of what came before turns into the sum of what comes after.
  CumSum: (a) => [
    () =>
      a.b.op("CumSum", [a.dy, a.x(1)], {
        exclusive: a.node.attributes.exclusive as number,
        reverse: 1 - (a.node.attributes.reverse as number),
      }),
  ],
  // dx = y · (dy − Σ dy·y)
  Softmax: (a) => [
    () => {
      const weighted = a.b.op("ReduceSum", [a.b.op("Mul", [a.dy, a.y]), lastAxis(a)]);
      return a.b.op("Mul", [a.b.op("Sub", [a.dy, weighted]), a.y]);
    },
  ],
  // dx = dy − exp(y) · Σ dy
  LogSoftmax: (a) => [
    () => {
      const total = a.b.op("ReduceSum", [a.dy, lastAxis(a)]);
      return a.b.op("Sub", [a.dy, a.b.op("Mul", [a.b.op("Exp", [a.y]), total])]);
    },
  ],
} satisfies Record<keyof typeof reduce, GradientRow>;
