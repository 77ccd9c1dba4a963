import type { trigonometry } from "../op/trigonometry.ts";
import { type Meaning, unary } from "./call.ts";

export const trigonometryMeanings = {
  Tan: unary(Math.tan),
  Asin: unary(Math.asin),
  Acos: unary(Math.acos),
  Atan: unary(Math.atan),
  Sinh: unary(Math.sinh),
  Cosh: unary(Math.cosh),
  Asinh: unary(Math.asinh),
  Acosh: unary(Math.acosh),
  Atanh: unary(Math.atanh),
} satisfies Record<keyof typeof trigonometry, Meaning>;
