import type { OpName } from "../op/table.ts";
import { activationGradients } from "./activation.ts";
import { elementwiseGradients } from "./elementwise.ts";
import { layoutGradients } from "./layout.ts";
import { linearGradients } from "./linear.ts";
import { normaliseGradients } from "./normalise.ts";
import { poolGradients } from "./pool.ts";
import { quantisedGradients } from "./quantised.ts";
import { recurrentGradients } from "./recurrent.ts";
import { reduceGradients } from "./reduce.ts";
import { trigonometryGradients } from "./trigonometry.ts";
import type { GradientRow } from "./rule.ts";

/** The gradient row of every operator: a rule, no gradient, or a refusal with its reason. */
export const gradients = {
  ...elementwiseGradients,
  ...trigonometryGradients,
  ...activationGradients,
  ...reduceGradients,
  ...normaliseGradients,
  ...linearGradients,
  ...poolGradients,
  ...quantisedGradients,
  ...recurrentGradients,
  ...layoutGradients,
} as const satisfies Record<OpName, GradientRow>;
