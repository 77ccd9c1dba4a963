import type { ElementType } from "../../base/tensor.ts";
import type { elementwise } from "../op/elementwise.ts";
import { array, type NdArray, rounded, zip } from "./array.ts";
import { type Application, arg, intAt, type Meaning, unary } from "./call.ts";
import { erf, roundEven } from "./special.ts";

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

const told =
  (test: (run: Application) => (x: number) => boolean): Meaning =>
  (run) => [zip("bool", [arg(run, 0)], (x) => (test(run)(x) ? 1 : 0))];

const sum = (...values: number[]): number => values.reduce((s, v) => s + v, 0);

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
  Sum: variadic(sum),
  Mean: variadic((...values) => sum(...values) / values.length),
  Equal: compare((a, b) => a === b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Not: unary((x) => 1 - x),
  And: compare((a, b) => a !== 0 && b !== 0),
  Or: compare((a, b) => a !== 0 || b !== 0),
  Xor: compare((a, b) => a !== b),
  IsNaN: told(() => Number.isNaN),
  IsInf: told((run) => {
    const [below, above] = [intAt(run, "detect_negative") === 1, intAt(run, "detect_positive") === 1];
    return (x) => (below && x === -Infinity) || (above && x === Infinity);
  }),
  Where: (run) => [zip(arg(run, 1).type, [arg(run, 0), arg(run, 1), arg(run, 2)], (c, a, b) => (c === 0 ? b : a))],
} satisfies Record<keyof typeof elementwise, Meaning>;
