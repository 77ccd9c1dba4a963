import { fromHalf, toHalf } from "../half.ts";

/** The whole numbers that may stand for weights: w ≈ scale·(code − zero), with codes from low to high. */
export interface Codebook {
  readonly low: number;
  readonly high: number;
  /** The code of 0. Absent: each group chooses its own whole number from low to high. */
  readonly zero?: number;
}

/** 4 and 8 bits as the engine packs them: unsigned, the middle standing for 0, or a zero point for each group. */
export function blockCodes(bits: 4 | 8, zeroPoints: boolean): Codebook {
  const count = 2 ** bits;
  return zeroPoints ? { low: 0, high: count - 1 } : { low: 0, high: count - 1, zero: count / 2 };
}

/**
 * For products in whole numbers. 7 bits: the 8-bit kernels of x86 processors without VNNI add two products in 16 bits,
 * which full 8-bit weights overflow, and results must not hang on the processor.
 */
export const PRODUCT_CODES: Codebook = { low: -63, high: 63, zero: 0 };

/** The weights of one group within a larger array, with how much the error of each counts (all alike when absent). */
export interface Group {
  readonly weights: Float32Array;
  readonly from: number;
  readonly to: number;
  /** Indexed from 0 within the group's row at `column`. */
  readonly importance?: Float64Array;
  readonly column: number;
}

/** scale·(code − zero); a scale of 0 is a group of zeros. A negative scale turns the codes round. */
export interface Grid {
  scale: number;
  zero: number;
}

/** How a scale lies in the file. Halves are rounded away from 0, so that the ends of the range stay within half a step. */
export type Precision = "float16" | "float32";

export function stored(scale: number, precision: Precision): number {
  if (precision === "float32") return Math.fround(scale);
  const magnitude = Math.abs(scale);
  const half = toHalf(magnitude);
  const kept = fromHalf(half);
  return Math.sign(scale) * (kept < magnitude ? fromHalf(half + 1) : kept);
}

export function codeOf(weight: number, grid: Grid, book: Codebook): number {
  if (grid.scale === 0) return grid.zero;
  const code = Math.floor(weight / grid.scale + grid.zero + 0.5);
  return code < book.low ? book.low : code > book.high ? book.high : code;
}

/**
 * The grid that reaches over the whole group: every weight is within half a step. With more codes below the zero than
 * above, the sign of the scale puts the longer side of the weights there; the shorter may end half a step outside.
 * `shrink` draws the grid in: a finer step for the many, clipping for the few.
 */
export function reaching(group: Group, book: Codebook, precision: Precision, shrink = 1): Grid {
  const { weights, from, to } = group;
  let top = 0;
  let bottom = 0;
  for (let i = from; i < to; i++) {
    const w = weights[i];
    if (w > top) top = w;
    else if (w < bottom) bottom = w;
  }
  if (book.zero === undefined) {
    const scale = stored((shrink * (top - bottom)) / (book.high - book.low), precision);
    const zero = scale === 0 ? book.low : book.low + Math.round((-shrink * bottom) / scale);
    return { scale, zero: Math.min(book.high, Math.max(book.low, zero)) };
  }
  const [up, down] = [book.high - book.zero, book.zero - book.low];
  const [longer, shorter] = [Math.max(top, -bottom), Math.min(top, -bottom)];
  const reach = up === down ? longer / up : Math.max(longer / down, shorter / (up + 0.5));
  const sign = up < down && top > -bottom ? -1 : 1;
  return { scale: stored(sign * shrink * reach, precision), zero: book.zero };
}

/** Σ importance·(w − ŵ)² over the group. */
export function squaredError(group: Group, grid: Grid, book: Codebook): number {
  const { weights, from, to, importance, column } = group;
  const { scale, zero } = grid;
  const { low, high } = book;
  const inverse = scale === 0 ? 0 : 1 / scale;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const w = weights[i];
    let code = Math.floor(w * inverse + zero + 0.5);
    if (code < low) code = low;
    else if (code > high) code = high;
    const off = w - scale * (code - zero);
    sum += importance === undefined ? off * off : off * off * importance[column + i - from];
  }
  return sum;
}
