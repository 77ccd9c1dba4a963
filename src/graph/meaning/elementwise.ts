import type { ElementType } from "../../base/tensor.ts";
import type { elementwise } from "../op/elementwise.ts";
import { array, type NdArray, rounded, zip } from "./array.ts";
import { arg, intAt, type Meaning } from "./call.ts";
import { erf, roundEven } from "./special.ts";

const unary =
  (f: (x: number) => number): Meaning =>
  (run) => {
    const x = arg(run, 0);
    return [{ type: x.type, dims: x.dims, data: x.data.map(f) }];
  };

/** Integer results wrap to their type, as the engines' do. */
const binary =
  (f: (a: number, b: number) => number): Meaning =>
  (run) => {
    const type = arg(run, 0).type;
    return [zip(type, [arg(run, 0), arg(run, 1)], (a, b) => rounded(type, f(a, b)))];
  };

const multiply: Meaning = (run) => {
  const type = arg(run, 0).type;
  return [zip(type, [arg(run, 0), arg(run, 1)], type === "int32" ? Math.imul : (a, b) => rounded(type, a * b))];
};

const compare =
  (f: (a: number, b: number) => boolean): Meaning =>
  (run) => [zip("bool", [arg(run, 0), arg(run, 1)], (a, b) => (f(a, b) ? 1 : 0))];

const variadic =
  (f: (...values: number[]) => number): Meaning =>
  (run) => [zip(arg(run, 0).type, run.inputs as readonly NdArray[], f)];

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const geluExact = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));
const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

export const elementwiseMeanings = {
  Identity: unary((x) => x),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Reciprocal: unary((x) => 1 / x),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundEven),
  Erf: unary(erf),
  Sigmoid: unary(sigmoid),
  Tanh: unary(Math.tanh),
  Relu: unary((x) => Math.max(x, 0)),
  LeakyRelu: (run) => unary((x) => (x < 0 ? (run.attributes.alpha as number) * x : x))(run),
  Softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Gelu: (run) => unary(run.attributes.approximate === "tanh" ? geluTanh : geluExact)(run),
  Clip: (run) => {
    const low = run.inputs[1]?.data[0] ?? -Infinity;
    const high = run.inputs[2]?.data[0] ?? Infinity;
    return unary((x) => Math.min(Math.max(x, low), high))(run);
  },
  Cast: (run) => {
    const [x, to] = [arg(run, 0), run.attributes.to as ElementType];
    return [{ type: to, dims: x.dims, data: x.data.map((v) => rounded(to, v)) }];
  },
  /** As at inference: nothing is dropped. Training rewrites it to products with masks. */
  Dropout: (run) =>
    [
      arg(run, 0),
      array(
        "bool",
        arg(run, 0).dims,
        arg(run, 0).data.map(() => 1),
      ),
    ].slice(0, run.outputs),
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: multiply,
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Mod: (run) => {
    const floored = (a: number, b: number): number => a - b * Math.floor(a / b);
    return binary(intAt(run, "fmod") === 1 ? (a, b) => a % b : floored)(run);
  },
  Min: variadic(Math.min),
  Max: variadic(Math.max),
  Equal: compare((a, b) => a === b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Not: unary((x) => 1 - x),
  And: compare((a, b) => a !== 0 && b !== 0),
  Or: compare((a, b) => a !== 0 || b !== 0),
  Where: (run) => [zip(arg(run, 1).type, [arg(run, 0), arg(run, 1), arg(run, 2)], (c, a, b) => (c === 0 ? b : a))],
} satisfies Record<keyof typeof elementwise, Meaning>;
