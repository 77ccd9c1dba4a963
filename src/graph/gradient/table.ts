import type { OpName } from "../op/table.ts";
import { elementwiseGradients } from "./elementwise.ts";
import { layoutGradients } from "./layout.ts";
import { linearGradients } from "./linear.ts";
import { quantisedGradients } from "./quantised.ts";
import { recurrentGradients } from "./recurrent.ts";
import { reduceGradients } from "./reduce.ts";
import type { GradientRow } from "./rule.ts";

/** The gradient row of every operator: a rule, no gradient, or a refusal with its reason. */
export const gradients = {
  ...elementwiseGradients,
  ...reduceGradients,
  ...linearGradients,
  ...quantisedGradients,
  ...recurrentGradients,
  ...layoutGradients,
} as const satisfies Record<OpName, GradientRow>;
