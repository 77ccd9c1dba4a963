import { row } from "./row.ts";

/** Circular and hyperbolic functions and their inverses (radians), beside Sin, Cos and Tanh. */
export const trigonometry = {
  Tan: row(1, {}),
  Asin: row(1, {}),
  Acos: row(1, {}),
  Atan: row(1, {}),
  Sinh: row(1, {}),
  Cosh: row(1, {}),
  Asinh: row(1, {}),
  Acosh: row(1, {}),
  Atanh: row(1, {}),
} as const;
