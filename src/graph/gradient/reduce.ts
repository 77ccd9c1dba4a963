import type { Value } from "../ir.ts";
import type { reduce } from "../op/reduce.ts";
import { numbers } from "../shape/call.ts";
import { type Adjoint, type GradientRow, refuseGradient, type Rule, WHOLE } from "./rule.ts";
import { countAlong, exactShape } from "./shapes.ts";

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

const lastAxis = (a: Adjoint): Value => a.b.ints([a.node.attributes.axis as number]);

/**
 * y = x̂·scale + bias with x̂ = (x − mean)·inverse. With g = dy·scale and means over the normalised axes:
 * dx = inverse · (g − mean(g) − x̂·mean(g·x̂)); d scale = Σ dy·x̂; d bias = Σ dy. Mean and inverse deviation are taken
 * from the forward node.
 */
const layerNormalization: Rule = (a) => {
  const { b } = a;
  if (a.cotangents.slice(1).some((c) => c !== undefined))
    refuseGradient(a, "nothing may depend on its mean and deviation");
  const rank = a.x(0).dims.length;
  const first = a.node.attributes.axis as number;
  const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => i >= (first < 0 ? first + rank : first));
  const [, mean, inverse] = b.widen(a.y, 3);
  const hat = b.op("Mul", [b.op("Sub", [a.x(0), mean]), inverse]);
  return [
    () => {
      const g = b.op("Mul", [a.dy, a.x(1)]);
      const average = (v: Value): Value => b.op("ReduceMean", [v, b.ints(axes)]);
      const tilt = b.op("Mul", [hat, average(b.op("Mul", [g, hat]))]);
      return b.op("Mul", [b.op("Sub", [b.op("Sub", [g, average(g)]), tilt]), inverse]);
    },
    () => b.op("Mul", [a.dy, hat]),
    () => a.dy,
  ];
};

export const reduceGradients = {
  ReduceSum: (a) => [() => spread(a, kept(a, a.dy))],
  ReduceMean: (a) => [() => spread(a, a.b.op("Div", [kept(a, a.dy), countAlong(a.b, a.x(0), foldedAxes(a))]))],
  ReduceMax: extremum,
  ReduceMin: extremum,
  ReduceSumSquare: (a) => [() => a.b.op("Mul", [a.x(0), a.b.op("Mul", [kept(a, a.dy), a.k(2)])])],
  ArgMax: WHOLE,
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
  LayerNormalization: layerNormalization,
} satisfies Record<keyof typeof reduce, GradientRow>;
