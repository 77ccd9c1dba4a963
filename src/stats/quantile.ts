import { undetermined, type Estimate } from "./estimate.ts";
import { LEVEL } from "./interval/wilson.ts";
import { binomialCdf } from "./special.ts";

/**
 * The interval of a quantile from order statistics (David & Nagaraja 2003, §7.1), free of any assumption about the
 * distribution: the number of values at or below the true q-quantile is Binomial(n, q), so [X₍l₎, X₍u₎] misses it by
 * each side with probability (1 - level)/2 at most. The value is the smallest that a share q of the sample does not
 * exceed. Where n has no order statistic far enough out, the quantile is undetermined, with the n that would do.
 * For latencies: p50 wants 6 values, p95 72, p99 368.
 */
export function quantile(values: ArrayLike<number>, q: number, level = LEVEL): Estimate {
  if (!(q > 0 && q < 1)) throw new RangeError(`quantile(${q})`);
  const n = values.length;
  const enough = enoughForQuantile(q, level);
  if (n < enough) {
    return undetermined(`an interval for the ${q} quantile wants ${enough} values and there are ${n}`, n);
  }
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - level) / 2;
  const lower = firstWhere(n, (k) => binomialCdf(k, n, q) > tail);
  const upper = firstWhere(n, (k) => binomialCdf(k, n, q) >= 1 - tail);
  return {
    value: sorted[Math.max(0, Math.ceil(n * q - 1e-9) - 1)],
    low: sorted[lower - 1],
    high: sorted[upper],
    n,
    level,
    method: "order-statistics",
  };
}

/** The least n for which both tails can be bounded: max(q, 1 - q)ⁿ ≤ (1 - level)/2. */
export function enoughForQuantile(q: number, level = LEVEL): number {
  return Math.ceil(Math.log((1 - level) / 2) / Math.log(Math.max(q, 1 - q)) - 1e-9);
}

/** The first k in [0, n) for which an increasing condition holds; n where none does. */
function firstWhere(n: number, holds: (k: number) => boolean): number {
  let a = 0;
  let b = n;
  while (a < b) {
    const middle = (a + b) >>> 1;
    if (holds(middle)) b = middle;
    else a = middle + 1;
  }
  return a;
}
