import type { Value } from "../ir.ts";
import type { normalise } from "../op/normalise.ts";
import { type Adjoint, type GradientRow, mul, refuseGradient, type Rule } from "./rule.ts";

/**
 * Through x̂ = (x − mean)·inverse, where mean and deviation are those of x itself over some axes. With g the cotangent of
 * x̂ and means over these axes: dx = inverse · (g − mean(g) − x̂·mean(g·x̂)).
 */
function standardised(a: Adjoint, g: Value, hat: Value, inverse: Value, axes: readonly number[]): Value {
  const { b } = a;
  const average = (v: Value): Value => b.op("ReduceMean", [v, b.ints(axes)]);
  const tilt = mul(a, hat, average(mul(a, g, hat)));
  return mul(a, b.op("Sub", [b.op("Sub", [g, average(g)]), tilt]), inverse);
}

/** y = x̂·scale + bias: d scale = Σ dy·x̂, d bias = Σ dy. Mean and inverse deviation are taken from the forward node. */
const layerNormalization: Rule = (a) => {
  const { b } = a;
  if (a.cotangents.slice(1).some((c) => c !== undefined))
    refuseGradient(a, "nothing may depend on its mean and deviation");
  const rank = a.x(0).dims.length;
  const first = a.node.attributes.axis as number;
  const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => i >= (first < 0 ? first + rank : first));
  const [, mean, inverse] = b.widen(a.y, 3);
  const hat = mul(a, b.op("Sub", [a.x(0), mean]), inverse);
  return [() => standardised(a, mul(a, a.dy, a.x(1)), hat, inverse, axes), () => mul(a, a.dy, hat), () => a.dy];
};

/** A vector with one number a channel, shaped to stand against the input. */
const channels = (a: Adjoint, v: Value): Value =>
  a.b.op("Unsqueeze", [
    v,
    a.b.ints(
      a
        .x(0)
        .dims.slice(2)
        .map((_, i) => i + 1),
    ),
  ]);

/** All but the channels summed away. */
const byChannel = (a: Adjoint, v: Value): Value => {
  const axes = v.dims.flatMap((_, i) => (i === 1 ? [] : [i]));
  return a.b.op("ReduceSum", [v, a.b.ints(axes)], { keepdims: 0 });
};

const inverseRoot = (a: Adjoint, variance: Value): Value =>
  a.b.op("Reciprocal", [a.b.op("Sqrt", [a.b.op("Add", [variance, a.k(a.node.attributes.epsilon as number)])])]);

/**
 * With r = 1/√(variance + ε) and x̂ = (x − mean)·r, both kept from training: dx = dy·scale·r; d scale = Σ dy·x̂;
 * d bias = Σ dy; d mean = −Σ dx; d variance = −½·scale·r²·Σ dy·x̂.
 */
const batchNormalization: Rule = (a) => {
  const { b } = a;
  const r = inverseRoot(a, a.x(4));
  const factor = mul(a, a.x(1), r);
  const hat = (): Value => mul(a, b.op("Sub", [a.x(0), channels(a, a.x(3))]), channels(a, r));
  const turned = (): Value => byChannel(a, mul(a, a.dy, hat()));
  return [
    () => mul(a, a.dy, channels(a, factor)),
    turned,
    () => byChannel(a, a.dy),
    () => b.op("Neg", [mul(a, factor, byChannel(a, a.dy))]),
    () => mul(a, mul(a, mul(a, factor, r), a.k(-0.5)), turned()),
  ];
};

const instanceNormalization: Rule = (a) => {
  const { b } = a;
  const space = a.x(0).dims.flatMap((_, i) => (i >= 2 ? [i] : []));
  const centred = b.op("Sub", [a.x(0), b.op("ReduceMean", [a.x(0), b.ints(space)])]);
  const inverse = inverseRoot(a, b.op("ReduceMean", [mul(a, centred, centred), b.ints(space)]));
  const hat = mul(a, centred, inverse);
  return [
    () => standardised(a, mul(a, a.dy, channels(a, a.x(1))), hat, inverse, space),
    () => byChannel(a, mul(a, a.dy, hat)),
    () => byChannel(a, a.dy),
  ];
};

export const normaliseGradients = {
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
} satisfies Record<keyof typeof normalise, GradientRow>;
