import type { activation } from "../op/activation.ts";
import { zip } from "./array.ts";
import { type Application, arg, type Meaning, unary } from "./call.ts";
import { erf } from "./special.ts";

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const geluExact = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

/** A function of one element and of the node's attributes. */
const shaped =
  (f: (x: number, attribute: (name: string) => number) => number): Meaning =>
  (run: Application) => {
    const attribute = (name: string): number => run.attributes[name] as number;
    return unary((x) => f(x, attribute))(run);
  };

export const activationMeanings = {
  Sigmoid: unary(sigmoid),
  Tanh: unary(Math.tanh),
  Relu: unary((x) => Math.max(x, 0)),
  LeakyRelu: shaped((x, of) => (x < 0 ? of("alpha") * x : x)),
  PRelu: (run) => [zip(arg(run, 0).type, [arg(run, 0), arg(run, 1)], (x, slope) => (x < 0 ? slope * x : x))],
  ThresholdedRelu: shaped((x, of) => (x > of("alpha") ? x : 0)),
  Elu: shaped((x, of) => (x < 0 ? of("alpha") * Math.expm1(x) : x)),
  Celu: shaped((x, of) => Math.max(x, 0) + Math.min(0, of("alpha") * Math.expm1(x / of("alpha")))),
  Selu: shaped((x, of) => of("gamma") * (x < 0 ? of("alpha") * Math.expm1(x) : x)),
  HardSigmoid: shaped((x, of) => Math.max(0, Math.min(1, of("alpha") * x + of("beta")))),
  HardSwish: unary((x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))),
  Softplus: unary(softplus),
  Softsign: unary((x) => x / (1 + Math.abs(x))),
  Mish: unary((x) => x * Math.tanh(softplus(x))),
  Gelu: (run) => unary(run.attributes.approximate === "tanh" ? geluTanh : geluExact)(run),
} satisfies Record<keyof typeof activation, Meaning>;
