import type { Value } from "../ir.ts";
import type { elementwise } from "../op/elementwise.ts";
import { isFloat } from "../shape/call.ts";
import { FLAT, type GradientRow, mask, mul, one, refuseGradient, type Rule, WHOLE } from "./rule.ts";

/** Ties share the cotangent equally, so that max(x, x) has the gradient of x. */
const extremum: Rule = (a) => {
  const n = a.node.inputs.length;
  if (n === 1) return [() => a.dy];
  const masks = a.node.inputs.map((_, i) => mask(a, a.b.op("Equal", [a.x(i), a.y])));
  const ties = masks.reduce((s, m) => a.b.op("Add", [s, m]));
  const share = a.b.op("Div", [a.dy, ties]);
  return masks.map((m) => () => mul(a, share, m));
};

/** d erf(x)/dx = 2/√π · exp(−x²) */
const erfRule = one((a) => {
  const bell = a.b.op("Exp", [a.b.op("Neg", [mul(a, a.x(0), a.x(0))])]);
  return mul(a, a.dy, mul(a, bell, a.k(2 / Math.sqrt(Math.PI))));
});

/** da = dy · p · a^(p−1); dp = dy · a^p · ln a, which is 0 where a is not positive. */
const power: Rule = (a) => {
  const { b } = a;
  const base = a.x(0);
  const given = a.x(1);
  const p = given.type === base.type ? given : b.op("Cast", [given], { to: base.type });
  const two = given.tensor?.data.length === 1 && Number(given.tensor.data[0]) === 2;
  return [
    () => {
      if (two) return mul(a, a.dy, mul(a, base, a.k(2)));
      return mul(a, a.dy, mul(a, p, b.op("Pow", [base, b.op("Sub", [p, a.k(1)])])));
    },
    () => {
      const positive = b.op("Greater", [base, a.k(0)]);
      const log = b.op("Log", [b.op("Where", [positive, base, a.k(1)])]);
      return mul(a, a.dy, mul(a, a.y, log));
    },
  ];
};

const clip: Rule = (a) => {
  const { b } = a;
  const [low, high] = [a.node.inputs[1], a.node.inputs[2]];
  const outside = [
    ...(low === undefined ? [] : [b.op("Less", [a.x(0), low])]),
    ...(high === undefined ? [] : [b.op("Greater", [a.x(0), high])]),
  ];
  if (outside.length === 0) return [() => a.dy];
  const out = outside.reduce((p, q) => b.op("Or", [p, q]));
  // A bound has the cotangents of the places where it stands in for the input.
  const bound = (at: Value | undefined) => (): Value =>
    b.op("ReduceSum", [b.op("Where", [at!, a.dy, a.k(0)])], { keepdims: 0 });
  return [() => b.op("Where", [out, a.k(0), a.dy]), bound(outside[0]), bound(outside[outside.length - 1])];
};

export const elementwiseGradients = {
  Identity: one((a) => a.dy),
  Neg: one((a) => a.b.op("Neg", [a.dy])),
  Abs: one((a) => mul(a, a.dy, a.b.op("Sign", [a.x(0)]))),
  Sign: FLAT,
  // dx = −dy · y²
  Reciprocal: one((a) => a.b.op("Neg", [mul(a, a.dy, mul(a, a.y, a.y))])),
  // dx = dy / (2y)
  Sqrt: one((a) => a.b.op("Div", [mul(a, a.dy, a.k(0.5)), a.y])),
  Exp: one((a) => mul(a, a.dy, a.y)),
  Log: one((a) => a.b.op("Div", [a.dy, a.x(0)])),
  Sin: one((a) => mul(a, a.dy, a.b.op("Cos", [a.x(0)]))),
  Cos: one((a) => a.b.op("Neg", [mul(a, a.dy, a.b.op("Sin", [a.x(0)]))])),
  Floor: FLAT,
  Ceil: FLAT,
  Round: FLAT,
  Erf: erfRule,
  Clip: clip,
  Cast: (a) => [
    isFloat(a.x(0).type) && isFloat(a.y.type) ? () => a.b.op("Cast", [a.dy], { to: a.x(0).type }) : undefined,
  ],
  // As at inference; training rewrites a Dropout before it differentiates.
  Dropout: (a) => [
    () => (a.node.inputs[2] === undefined ? a.dy : refuseGradient(a, "its mask is drawn inside the operator")),
  ],
  Add: (a) => [() => a.dy, () => a.dy],
  Sub: (a) => [() => a.dy, () => a.b.op("Neg", [a.dy])],
  Mul: (a) => [() => mul(a, a.dy, a.x(1)), () => mul(a, a.dy, a.x(0))],
  // db = −dy · y / b
  Div: (a) => {
    const quotient = a.b.op("Div", [a.dy, a.x(1)]);
    return [() => quotient, () => a.b.op("Neg", [mul(a, quotient, a.y)])];
  },
  Pow: power,
  Mod: (a) => [() => a.dy, () => refuseGradient(a, "the divisor of a Mod jumps")],
  Min: extremum,
  Max: extremum,
  Sum: (a) => a.node.inputs.map(() => () => a.dy),
  Mean: (a) => {
    const share = mul(a, a.dy, a.k(1 / a.node.inputs.length));
    return a.node.inputs.map(() => () => share);
  },
  Equal: WHOLE,
  Less: WHOLE,
  LessOrEqual: WHOLE,
  Greater: WHOLE,
  GreaterOrEqual: WHOLE,
  Not: WHOLE,
  And: WHOLE,
  Or: WHOLE,
  Xor: WHOLE,
  IsNaN: WHOLE,
  IsInf: WHOLE,
  Where: (a) => {
    const zero = a.b.scalar(0, a.y.type as "float32" | "float64");
    return [undefined, () => a.b.op("Where", [a.x(0), a.dy, zero]), () => a.b.op("Where", [a.x(0), zero, a.dy])];
  },
} satisfies Record<keyof typeof elementwise, GradientRow>;
