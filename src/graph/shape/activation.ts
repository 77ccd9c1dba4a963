import type { activation } from "../op/activation.ts";
import { broadcast, floating, input, isFloat, refuse, same, sameType, type ShapeRule } from "./call.ts";

export const activationShapes = {
  Sigmoid: floating,
  Tanh: floating,
  Relu: same,
  LeakyRelu: floating,
  PRelu: (call) => {
    const [x, slope] = [input(call, 0), input(call, 1)];
    if (!isFloat(sameType(call, x, slope))) refuse(call, "it is defined for floating point alone");
    if (broadcast(call, [x.dims, slope.dims]).length !== x.dims.length)
      refuse(call, "the slope must broadcast to the input");
    return same(call);
  },
  ThresholdedRelu: floating,
  Elu: floating,
  Celu: floating,
  Selu: floating,
  HardSigmoid: floating,
  HardSwish: floating,
  Softplus: floating,
  Softsign: floating,
  Mish: floating,
  Gelu: floating,
} satisfies Record<keyof typeof activation, ShapeRule>;
