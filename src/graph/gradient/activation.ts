import type { Value } from "../ir.ts";
import type { activation } from "../op/activation.ts";
import { type Adjoint, type GradientRow, mask, mul, one } from "./rule.ts";

/** With c = x/√2: dx = dy · ½ · (1 + erf c + c · exp(ln(2/√π) − c²)); ten passes over the elements,
 * of which the one with ½ goes into the product before it, where that is a Gemm. */
function geluExact(a: Adjoint): Value {
  const { b } = a;
  const c = mul(a, a.x(0), a.k(Math.SQRT1_2));
  const bell = b.op("Exp", [b.op("Sub", [a.k(Math.log(2 / Math.sqrt(Math.PI))), mul(a, c, c)])]);
  const slope = b.op("Add", [b.op("Add", [b.op("Erf", [c]), mul(a, c, bell)]), a.k(1)]);
  return mul(a, mul(a, a.dy, a.k(0.5)), slope);
}

/** With u = √(2/π)(x + 0.044715 x³), t = tanh u: dx = dy · ½ · (1 + t + x · u′ · (1 − t²)). */
function geluTanh(a: Adjoint): Value {
  const { b } = a;
  const [x, s] = [a.x(0), Math.sqrt(2 / Math.PI)];
  const square = mul(a, x, x);
  const u = mul(a, x, b.op("Add", [mul(a, square, a.k(0.044715 * s)), a.k(s)]));
  const t = b.op("Tanh", [u]);
  const du = b.op("Add", [mul(a, square, a.k(3 * 0.044715 * s)), a.k(s)]);
  const bend = mul(a, mul(a, x, du), b.op("Sub", [a.k(1), mul(a, t, t)]));
  return mul(a, mul(a, a.dy, a.k(0.5)), b.op("Add", [b.op("Add", [t, bend]), a.k(1)]));
}

const attribute = (a: Adjoint, name: string): number => a.node.attributes[name] as number;
const below = (a: Adjoint, bound = 0): Value => a.b.op("Less", [a.x(0), a.k(bound)]);
const above = (a: Adjoint, bound = 0): Value => a.b.op("Greater", [a.x(0), a.k(bound)]);

/** Where x is negative dy·low, elsewhere dy·high. */
function bent(a: Adjoint, low: Value, high: Value): Value {
  return mul(a, a.dy, a.b.op("Where", [below(a), low, high]));
}

export const activationGradients = {
  // dx = dy · y · (1 − y)
  Sigmoid: one((a) => mul(a, mul(a, a.dy, a.y), a.b.op("Sub", [a.k(1), a.y]))),
  // dx = dy · (1 − y²)
  Tanh: one((a) => mul(a, a.dy, a.b.op("Sub", [a.k(1), mul(a, a.y, a.y)]))),
  Relu: one((a) => mul(a, a.dy, mask(a, a.b.op("Greater", [a.y, a.k(0)])))),
  LeakyRelu: one((a) => {
    const below = a.b.op("Less", [a.x(0), a.k(0)]);
    return a.b.op("Where", [below, mul(a, a.dy, a.k(a.node.attributes.alpha as number)), a.dy]);
  }),
  PRelu: (a) => [() => bent(a, a.x(1), a.k(1)), () => mul(a, a.dy, a.b.op("Min", [a.x(0), a.k(0)]))],
  ThresholdedRelu: one((a) => mul(a, a.dy, mask(a, above(a, attribute(a, "alpha"))))),
  // Below 0 the slope is y + α.
  Elu: one((a) => bent(a, a.b.op("Add", [a.y, a.k(attribute(a, "alpha"))]), a.k(1))),
  // Below 0 the slope is exp(x/α) = y/α + 1.
  Celu: one((a) => bent(a, a.b.op("Add", [mul(a, a.y, a.k(1 / attribute(a, "alpha"))), a.k(1)]), a.k(1))),
  // Below 0 the slope is y + γα, above it γ.
  Selu: one((a) => {
    const [alpha, gamma] = [attribute(a, "alpha"), attribute(a, "gamma")];
    return bent(a, a.b.op("Add", [a.y, a.k(alpha * gamma)]), a.k(gamma));
  }),
  HardSigmoid: one((a) => {
    const inside = a.b.op("And", [a.b.op("Greater", [a.y, a.k(0)]), a.b.op("Less", [a.y, a.k(1)])]);
    return mul(a, a.dy, mul(a, mask(a, inside), a.k(attribute(a, "alpha"))));
  }),
  // Within ±3 the slope is x/3 + ½; 0 below, 1 above.
  HardSwish: one((a) => {
    const slope = a.b.op("Add", [mul(a, a.x(0), a.k(1 / 3)), a.k(0.5)]);
    const floored = a.b.op("Where", [below(a, -3), a.k(0), slope]);
    return mul(a, a.dy, a.b.op("Where", [above(a, 3), a.k(1), floored]));
  }),
  Softplus: one((a) => mul(a, a.dy, a.b.op("Sigmoid", [a.x(0)]))),
  // dx = dy / (1 + |x|)²
  Softsign: one((a) => {
    const size = a.b.op("Add", [a.b.op("Abs", [a.x(0)]), a.k(1)]);
    return a.b.op("Div", [a.dy, mul(a, size, size)]);
  }),
  // With t = tanh(softplus x): dx = dy · (t + x · (1 − t²) · sigmoid x)
  Mish: one((a) => {
    const t = a.b.op("Tanh", [a.b.op("Softplus", [a.x(0)])]);
    const rest = a.b.op("Sub", [a.k(1), mul(a, t, t)]);
    const bend = mul(a, mul(a, a.x(0), a.b.op("Sigmoid", [a.x(0)])), rest);
    return mul(a, a.dy, a.b.op("Add", [t, bend]));
  }),
  Gelu: one((a) => (a.node.attributes.approximate === "tanh" ? geluTanh(a) : geluExact(a))),
} satisfies Record<keyof typeof activation, GradientRow>;
