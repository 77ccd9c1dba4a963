import { LEAST_RESAMPLED, type Statistic } from "./bootstrap.ts";
import { undetermined, type Estimate, type Undetermined } from "./estimate.ts";
import { LEVEL } from "./interval/wilson.ts";
import { studentQuantile } from "./special.ts";
import { unitsOf, weigh } from "./units.ts";

export interface LeavingOut {
  readonly level?: number;
  /** Group of each item. Groups are left out whole. */
  readonly groups?: ArrayLike<number>;
  /** Between what the figure lies by its nature; [0, 1] unless told. */
  readonly range?: readonly [low: number, high: number];
}

/** Parts that are left out in turn; where there are more units, they are shared out among so many parts. */
const MOST_PARTS = 2000;

/** What leaving every unit out in turn shows of a figure. */
export interface LeftOut {
  readonly value: number;
  /** (g - 1)·(mean - value), g being the number of parts left out. */
  readonly bias: number;
  /** (g - 1)/g · Σ(x - mean)². */
  readonly variance: number;
  readonly freedom: number;
  readonly units: number;
}

/** The jackknife's bias and variance (Efron & Tibshirani 1993, §11). */
export function leaveOut(statistic: Statistic, n: number, groups?: ArrayLike<number>): LeftOut | Undetermined {
  const units = unitsOf(n, groups);
  const weights = new Int32Array(n).fill(1);
  const value = statistic(weights);
  if (Number.isNaN(value)) return undetermined("the figure is not defined on these items", n);
  if (units.count < LEAST_RESAMPLED) {
    const kind = groups === undefined ? "items" : "groups";
    return undetermined(
      `${units.count} ${kind} are too few to see how they differ, ${LEAST_RESAMPLED} would do; the plain figure is ${value.toFixed(3)}`,
      n,
    );
  }
  const parts = Math.min(units.count, MOST_PARTS);
  const left = new Float64Array(parts);
  for (let part = 0; part < parts; part++) {
    for (let u = part; u < units.count; u += parts) weigh(weights, units, u, -1);
    left[part] = statistic(weights);
    for (let u = part; u < units.count; u += parts) weigh(weights, units, u, 1);
  }
  if (left.some(Number.isNaN)) return undetermined("whether the figure is defined hangs on single items", n);
  const mean = left.reduce((sum, x) => sum + x, 0) / parts;
  const squares = left.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    value,
    bias: (parts - 1) * (mean - value),
    variance: ((parts - 1) / parts) * squares,
    freedom: parts - 1,
    units: units.count,
  };
}

/**
 * The interval of a smooth figure by the jackknife: centred without the bias, Student's with g - 1 degrees of freedom. One
 * unit more that moves the figure by its fair share 1/g is added to the variance: none seen to differ is not none to
 * come. No random numbers, so nothing to seed.
 */
export function jackknife(statistic: Statistic, n: number, leaving: LeavingOut = {}): Estimate {
  const { level = LEVEL, groups, range = [0, 1] } = leaving;
  const left = leaveOut(statistic, n, groups);
  if ("undetermined" in left) return left;
  const { value, bias, variance, freedom, units } = left;
  const centre = value - bias;
  const half = studentQuantile(0.5 + level / 2, freedom) * Math.sqrt(variance + 1 / units ** 2);
  return {
    value,
    low: Math.max(range[0], Math.min(value, centre - half)),
    high: Math.min(range[1], Math.max(value, centre + half)),
    n,
    level,
    method: "jackknife",
  };
}

/**
 * The difference head - base of any smooth figure in [0, 1] (macro-F1, span F1, a leak rate). Two candidates mostly agree,
 * so that a resample often holds hardly an item on which they differ, and none of a small class: there bootstrap
 * intervals cover far too little, and this one does not (docs/statistics.md).
 */
export function pairedJackknife(base: Statistic, head: Statistic, n: number, leaving: LeavingOut = {}): Estimate {
  return jackknife((weights) => head(weights) - base(weights), n, { range: [-1, 1], ...leaving });
}
