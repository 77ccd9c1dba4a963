import { type Histogram, middleOf } from "./histogram.ts";

export const rangeMethods = ["min-max", "percentile", "entropy", "mse"] as const;
export type RangeMethod = (typeof rangeMethods)[number];

/** Within which values of an activation are told apart; 0 is always inside. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Of the values, this share may lie outside, half of it on each side. */
const OUTSIDE = 1e-4;
/** Ranges tried: the whole, drawn in by a factor from one to the next. */
const TRIES = 64;
const FACTOR = 2 ** -0.125;
const LEVELS = 256;

/**
 * min-max: all that was seen. percentile: all but one value in ten thousand. mse: the least squared error of 256 levels.
 * entropy: the least Kullback-Leibler divergence of what was seen, clipped to the range, from the same in 256 levels.
 */
export function rangeOf(histogram: Histogram, method: RangeMethod): Range {
  const whole = { low: Math.min(0, histogram.least), high: Math.max(0, histogram.most) };
  if (histogram.total === 0) return { low: 0, high: 0 };
  if (method === "min-max") return whole;
  if (method === "percentile") return percentile(histogram, whole);
  return search(histogram, whole, method === "mse" ? squaredError : divergence);
}

/** uint8 over a range: x ≈ scale·(code − zero), with 0 met exactly. */
export function levelsOf(range: Range): { scale: number; zero: number } {
  const scale = Math.fround((range.high - range.low) / (LEVELS - 1)) || 1;
  return { scale, zero: Math.min(LEVELS - 1, Math.max(0, Math.round(-range.low / scale))) };
}

function percentile(histogram: Histogram, whole: Range): Range {
  const spare = (histogram.total * OUTSIDE) / 2;
  const { counts } = histogram;
  let [from, to] = [0, counts.length - 1];
  for (let left = spare - counts[from]; left >= 0 && from < to; left -= counts[from]) from++;
  for (let left = spare - counts[to]; left >= 0 && to > from; left -= counts[to]) to--;
  const half = histogram.reach / counts.length;
  return {
    low: Math.max(whole.low, Math.min(0, middleOf(histogram, from) - half)),
    high: Math.min(whole.high, Math.max(0, middleOf(histogram, to) + half)),
  };
}

function search(histogram: Histogram, whole: Range, cost: (h: Histogram, r: Range) => number): Range {
  let best = whole;
  let least = cost(histogram, whole);
  let by = 1;
  for (let i = 1; i < TRIES; i++) {
    by *= FACTOR;
    const range = { low: whole.low * by, high: whole.high * by };
    const found = cost(histogram, range);
    if (found < least) [best, least] = [range, found];
  }
  return best;
}

function squaredError(histogram: Histogram, range: Range): number {
  const { scale, zero } = levelsOf(range);
  let sum = 0;
  histogram.counts.forEach((count, bin) => {
    if (count === 0) return;
    const v = middleOf(histogram, bin);
    const code = Math.min(LEVELS - 1, Math.max(0, Math.round(v / scale) + zero));
    sum += count * (v - scale * (code - zero)) ** 2;
  });
  return sum;
}

/** Values outside the range count at its ends; within a level every bin that was met gets an equal share. */
function divergence(histogram: Histogram, range: Range): number {
  const { scale, zero } = levelsOf(range);
  const bins = histogram.counts.length;
  const seen = new Float64Array(bins);
  const level = new Int16Array(bins).fill(-1);
  const mass = new Float64Array(LEVELS);
  const members = new Float64Array(LEVELS);
  const binAt = (v: number): number => Math.floor(((v + histogram.reach) * bins) / (2 * histogram.reach));
  const [first, last] = [binAt(range.low), Math.min(bins - 1, binAt(range.high))];
  histogram.counts.forEach((count, bin) => {
    seen[Math.min(last, Math.max(first, bin))] += count;
    if (count === 0 || bin < first || bin > last) return;
    level[bin] = Math.min(LEVELS - 1, Math.max(0, Math.round(middleOf(histogram, bin) / scale) + zero));
    mass[level[bin]] += count;
    members[level[bin]]++;
  });
  let inside = 0;
  for (const m of mass) inside += m;
  if (inside === 0) return Infinity;
  let sum = 0;
  for (let bin = first; bin <= last; bin++) {
    if (seen[bin] === 0) continue;
    const p = seen[bin] / histogram.total;
    const q = level[bin] < 0 ? 0 : mass[level[bin]] / members[level[bin]] / inside;
    sum += p * Math.log(p / Math.max(q, 1e-12));
  }
  return sum;
}
