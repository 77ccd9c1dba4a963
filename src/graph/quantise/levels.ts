import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import type { Codebook, Precision } from "./grid.ts";

/**
 * What weights become, as standard operators, so that a graph in training reads its weights as they will be stored:
 *
 *   codes     scale·(code − zero), the grid that reaches over the whole group: `reaching` and `codeOf` in grid.ts
 *   int2      scale·{−1.5, −0.5, 0.5, 1.5}
 *   ternary   scale·{−1, 0, 1}
 */
export type Levels =
  | { readonly kind: "codes"; readonly book: Codebook; readonly precision: Precision | "nearest float16" }
  | { readonly kind: "int2" }
  | { readonly kind: "ternary" };

/** Weights of which all along one axis share a grid. */
export interface Grouped {
  readonly weights: Value;
  readonly axis: number;
  /** How many of a group are weights and no filling, a scalar or one number a group along its own axis. */
  readonly count: Value;
}

export interface Levelled {
  readonly value: Value;
  /** Which weights the grid reaches; all of them when not told. */
  readonly within?: Value;
}

export function levelled(b: Builder, grouped: Grouped, levels: Levels): Levelled {
  switch (levels.kind) {
    case "codes":
      return { value: coded(b, grouped, levels.book, levels.precision) };
    case "int2":
      return twoBits(b, grouped);
    case "ternary":
      return { value: ternary(b, grouped) };
  }
}

/** A grid over the whole group leaves nothing out: no weight is further than half a step from its level. */
function coded(
  b: Builder,
  { weights, axis }: Grouped,
  book: Codebook,
  precision: Precision | "nearest float16",
): Value {
  const k = (value: number): Value => b.scalar(value);
  const zero = k(0);
  const axes = b.ints([axis]);
  const top = b.op("Max", [b.op("ReduceMax", [weights, axes], { keepdims: 1 }), zero]);
  const bottom = b.op("Max", [b.op("Neg", [b.op("ReduceMin", [weights, axes], { keepdims: 1 })]), zero]);
  if (book.zero === undefined) {
    const reach = b.op("Div", [b.op("Add", [top, bottom]), k(book.high - book.low)]);
    const scale = inFile(b, reach, precision);
    const start = b.op("Add", [nearestWhole(b, b.op("Div", [bottom, divisor(b, scale)])), k(book.low)]);
    const middle = b.op("Clip", [start, k(book.low), k(book.high)]);
    const at = nearestWhole(b, b.op("Add", [b.op("Div", [weights, divisor(b, scale)]), middle]));
    return b.op("Mul", [scale, b.op("Sub", [b.op("Clip", [at, k(book.low), k(book.high)]), middle])]);
  }
  const [up, down] = [book.high - book.zero, book.zero - book.low];
  const longer = b.op("Div", [b.op("Max", [top, bottom]), k(down)]);
  const shorter = b.op("Div", [b.op("Min", [top, bottom]), k(up + 0.5)]);
  const magnitude = inFile(b, up === down ? longer : b.op("Max", [longer, shorter]), precision);
  const turned = b.op("Where", [b.op("Greater", [top, bottom]), b.op("Neg", [magnitude]), magnitude]);
  const scale = up === down ? magnitude : turned;
  const steps = nearestWhole(b, b.op("Div", [weights, divisor(b, scale)]));
  return b.op("Mul", [scale, b.op("Clip", [steps, k(-down), k(up)])]);
}

const nearestWhole = (b: Builder, v: Value): Value => b.op("Floor", [b.op("Add", [v, b.scalar(0.5)])]);

/** A group of zeros has a scale of 0, and whatever it is divided by it stays zeros. */
const divisor = (b: Builder, scale: Value): Value =>
  b.op("Where", [b.op("Equal", [scale, b.scalar(0)]), b.scalar(1), scale]);

/** A scale from 0 up as it lies in the file: `stored` in grid.ts rounds halves away from 0. */
function inFile(b: Builder, scale: Value, precision: Precision | "nearest float16"): Value {
  if (precision === "float32") return scale;
  const half = (v: Value): Value => b.op("Cast", [b.op("Cast", [v], { to: "float16" })], { to: "float32" });
  const nearest = half(scale);
  if (precision === "nearest float16") return nearest;
  // ¾ of the distance between halves at the lower end of their binade, 1½ at its upper one: rounds to the next half.
  const further = b.op("Max", [b.op("Mul", [nearest, b.scalar(0.75 * 2 ** -10)]), b.scalar(0.75 * 2 ** -24)]);
  return b.op("Where", [b.op("Less", [nearest, scale]), half(b.op("Add", [nearest, further])), nearest]);
}

function meanMagnitude(b: Builder, { weights, axis, count }: Grouped): Value {
  return b.op("Div", [b.op("ReduceSum", [b.op("Abs", [weights]), b.ints([axis])], { keepdims: 1 }), count]);
}

/** Of a normal variable, the step of least squared error with four even levels over its mean magnitude (Max 1960). */
const STEP = 0.9957 / Math.sqrt(2 / Math.PI);

function twoBits(b: Builder, grouped: Grouped): Levelled {
  const { weights } = grouped;
  const k = (value: number): Value => b.scalar(value);
  const step = b.op("Mul", [meanMagnitude(b, grouped), k(STEP)]);
  const at = b.op("Div", [weights, divisor(b, step)]);
  const level = b.op("Add", [b.op("Clip", [b.op("Floor", [at]), k(-2), k(1)]), k(0.5)]);
  return { value: b.op("Mul", [step, level]), within: b.op("LessOrEqual", [b.op("Abs", [at]), k(2)]) };
}

/** 0 up to 0.7 of the mean magnitude, and ± the mean of those beyond: ternary weight networks (Li, Zhang & Liu 2016). */
function ternary(b: Builder, grouped: Grouped): Value {
  const { weights, axis } = grouped;
  const size = b.op("Abs", [weights]);
  const beyond = b.op("Greater", [size, b.op("Mul", [meanMagnitude(b, grouped), b.scalar(0.7)])]);
  const mask = b.op("Cast", [beyond], { to: "float32" });
  const sum = (v: Value): Value => b.op("ReduceSum", [v, b.ints([axis])], { keepdims: 1 });
  const scale = b.op("Div", [sum(b.op("Mul", [size, mask])), b.op("Max", [sum(mask), b.scalar(1)])]);
  return b.op("Mul", [scale, b.op("Mul", [b.op("Sign", [weights]), mask])]);
}
