import type { recurrent } from "../op/recurrent.ts";
import type { GradientRow } from "./rule.ts";

const refused = "its steps are hidden inside it; train a recurrence that is written out step by step";

export const recurrentGradients = {
  LSTM: { refused },
  GRU: { refused },
} satisfies Record<keyof typeof recurrent, GradientRow>;
