import type { quantised } from "../op/quantised.ts";
import { type GradientRow, WHOLE } from "./rule.ts";

const refused = "quantised forms have no gradient; train in floating point and quantise afterwards";

export const quantisedGradients = {
  MatMulNBits: { refused },
  GatherBlockQuantized: { refused },
  ConvInteger: WHOLE,
} satisfies Record<keyof typeof quantised, GradientRow>;
