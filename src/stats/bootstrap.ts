import { random } from "../base/random.ts";
import { undetermined, type Estimate } from "./estimate.ts";
import { LEVEL } from "./interval/wilson.ts";
import { normalCdf, normalQuantile } from "./special.ts";
import { unitsOf, weigh, type Units } from "./units.ts";

/**
 * A figure of a weighted sample: weights[i] says how often item i was drawn (all ones is the sample itself). NaN where
 * the figure is not defined. The array is reused between calls and must not be kept.
 */
export type Statistic = (weights: Int32Array) => number;

export interface Resampling {
  readonly seed: number | string;
  /** Resamples; 2,000 unless told. */
  readonly draws?: number;
  readonly level?: number;
  readonly method?: "percentile" | "bca";
  /** Group of each item. Groups are drawn whole, since what lies inside one is not independent. */
  readonly groups?: ArrayLike<number>;
}

/** Groups (or items, where there are no groups) below which resampling cannot show the spread. */
export const LEAST_RESAMPLED = 20;
/** Share of resamples that may leave the figure undefined. */
const MOST_UNDEFINED = 0.01;
/** Parts that are left out in turn for the acceleration, where there are more units than this. */
const MOST_LEFT_OUT = 500;

/**
 * The bootstrap interval of any statistic of n items: percentile, or BCa (Efron 1987), which corrects for bias through the
 * share z₀ of resamples below the value and for a spread that changes with the value through the acceleration
 * a = Σd³/(6(Σd²)^1.5) of the jackknife. BCa unless told.
 *
 * Where nothing varies between resamples the interval would have no width and is not given; likewise where there are
 * fewer than LEAST_RESAMPLED units or where the figure is often undefined.
 */
export function bootstrap(statistic: Statistic, n: number, resampling: Resampling): Estimate {
  const { seed, draws = 2000, level = LEVEL, method = "bca", groups } = resampling;
  const units = unitsOf(n, groups);
  const weights = new Int32Array(n).fill(1);
  const value = statistic(weights);
  if (Number.isNaN(value)) return undetermined("the figure is not defined on these items", n);
  if (units.count < LEAST_RESAMPLED) {
    const kind = groups === undefined ? "items" : "groups";
    return undetermined(
      `${units.count} ${kind} are too few to resample, ${LEAST_RESAMPLED} would do; the plain figure is ${value.toFixed(3)}`,
      n,
    );
  }

  const stream = random(seed, "bootstrap");
  const seen = new Float64Array(draws);
  let defined = 0;
  for (let b = 0; b < draws; b++) {
    weights.fill(0);
    for (let u = 0; u < units.count; u++) weigh(weights, units, stream.below(units.count), 1);
    const x = statistic(weights);
    if (!Number.isNaN(x)) seen[defined++] = x;
  }
  if (defined < draws * (1 - MOST_UNDEFINED)) {
    return undetermined(`the figure is undefined in ${draws - defined} of ${draws} resamples`, n);
  }
  const sorted = seen.subarray(0, defined).sort();
  if (sorted[0] === sorted[defined - 1]) return undetermined("no two items differ, so resampling shows no spread", n);

  const tail = (1 - level) / 2;
  const [from, to] = method === "bca" ? bcaTails(statistic, value, sorted, units, weights, tail) : [tail, 1 - tail];
  return {
    value,
    low: Math.min(value, at(sorted, from)),
    high: Math.max(value, at(sorted, to)),
    n,
    level,
    method: `bootstrap-${method}`,
  };
}

/** The shares of the resamples at which BCa's interval ends. */
function bcaTails(
  statistic: Statistic,
  value: number,
  sorted: Float64Array,
  units: Units,
  weights: Int32Array,
  tail: number,
): [number, number] {
  let below = 0;
  for (const x of sorted) below += x < value ? 1 : x === value ? 0.5 : 0;
  const shift = normalQuantile(Math.min(Math.max(below / sorted.length, 0.5 / sorted.length), 1 - 0.5 / sorted.length));
  const acceleration = accelerationOf(statistic, units, weights);
  const share = (p: number): number => {
    const z = shift + normalQuantile(p);
    return normalCdf(shift + z / (1 - acceleration * z));
  };
  return [share(tail), share(1 - tail)];
}

/** Leaves each unit out in turn (or, of many, each of MOST_LEFT_OUT interleaved parts). */
function accelerationOf(statistic: Statistic, units: Units, weights: Int32Array): number {
  const parts = Math.min(units.count, MOST_LEFT_OUT);
  const values: number[] = [];
  for (let part = 0; part < parts; part++) {
    weights.fill(1);
    for (let u = part; u < units.count; u += parts) weigh(weights, units, u, -1);
    const x = statistic(weights);
    if (!Number.isNaN(x)) values.push(x);
  }
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  let squares = 0;
  let cubes = 0;
  for (const x of values) {
    squares += (mean - x) ** 2;
    cubes += (mean - x) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The value at a share of a sorted sample, between neighbours in proportion. */
function at(sorted: Float64Array, share: number): number {
  const place = Math.min(Math.max(share * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const floor = Math.floor(place);
  const next = Math.min(floor + 1, sorted.length - 1);
  return sorted[floor] + (place - floor) * (sorted[next] - sorted[floor]);
}
