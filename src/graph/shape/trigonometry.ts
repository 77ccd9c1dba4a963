import type { trigonometry } from "../op/trigonometry.ts";
import { floating, type ShapeRule } from "./call.ts";

export const trigonometryShapes = {
  Tan: floating,
  Asin: floating,
  Acos: floating,
  Atan: floating,
  Sinh: floating,
  Cosh: floating,
  Asinh: floating,
  Acosh: floating,
  Atanh: floating,
} satisfies Record<keyof typeof trigonometry, ShapeRule>;
