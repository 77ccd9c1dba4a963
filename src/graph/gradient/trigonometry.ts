import type { Value } from "../ir.ts";
import type { trigonometry } from "../op/trigonometry.ts";
import { type Adjoint, type GradientRow, mul, one } from "./rule.ts";

/** c + s·x² with s = ±1. */
function squarePlus(a: Adjoint, c: number, s: 1 | -1, x: Value = a.x(0)): Value {
  return s === 1 ? a.b.op("Add", [mul(a, x, x), a.k(c)]) : a.b.op("Sub", [a.k(c), mul(a, x, x)]);
}

const over = (a: Adjoint, by: Value): Value => a.b.op("Div", [a.dy, by]);
const root = (a: Adjoint, v: Value): Value => a.b.op("Sqrt", [v]);

export const trigonometryGradients = {
  // dx = dy · (1 + y²)
  Tan: one((a) => mul(a, a.dy, squarePlus(a, 1, 1, a.y))),
  // dx = dy / √(1 − x²)
  Asin: one((a) => over(a, root(a, squarePlus(a, 1, -1)))),
  Acos: one((a) => a.b.op("Neg", [over(a, root(a, squarePlus(a, 1, -1)))])),
  // dx = dy / (1 + x²)
  Atan: one((a) => over(a, squarePlus(a, 1, 1))),
  Sinh: one((a) => mul(a, a.dy, a.b.op("Cosh", [a.x(0)]))),
  Cosh: one((a) => mul(a, a.dy, a.b.op("Sinh", [a.x(0)]))),
  // dx = dy / √(x² + 1)
  Asinh: one((a) => over(a, root(a, squarePlus(a, 1, 1)))),
  // dx = dy / √(x² − 1)
  Acosh: one((a) => over(a, root(a, squarePlus(a, -1, 1)))),
  // dx = dy / (1 − x²)
  Atanh: one((a) => over(a, squarePlus(a, 1, -1))),
} satisfies Record<keyof typeof trigonometry, GradientRow>;
