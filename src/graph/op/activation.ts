import { float, row, string } from "./row.ts";

/** Activations: functions of one element with at most a slope of their own. */
export const activation = {
  Sigmoid: row(1, {}),
  Tanh: row(1, {}),
  Relu: row(1, {}),
  LeakyRelu: row(1, { alpha: float(0.01) }),
  PRelu: row(2, {}),
  ThresholdedRelu: row(1, { alpha: float(1) }),
  Elu: row(1, { alpha: float(1) }),
  Celu: row(1, { alpha: float(1) }),
  Selu: row(1, { alpha: float(1.6732632), gamma: float(1.050701) }),
  HardSigmoid: row(1, { alpha: float(0.2), beta: float(0.5) }),
  HardSwish: row(1, {}),
  Softplus: row(1, {}),
  Softsign: row(1, {}),
  Mish: row(1, {}),
  Gelu: row(1, { approximate: string("none") }),
} as const;
