import { type Estimate, undetermined } from "./estimate.ts";
import { normalQuantile } from "./special.ts";

/**
 * The slope of y over x as the median of the slopes of all pairs (Theil 1950, Sen 1968), which a few jumps do not move. Its
 * interval takes the slopes at the ranks that Kendall's statistic gives: N pairs, (N ∓ z √(n (n − 1)(2n + 5) / 18)) / 2.
 * Values that follow one another too closely to be independent make it narrower than it should be.
 */
export function theilSen(x: readonly number[], y: readonly number[], level = 0.95): Estimate {
  const n = x.length;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) if (x[j] !== x[i]) slopes.push((y[j] - y[i]) / (x[j] - x[i]));
  }
  if (n < LEAST || slopes.length === 0) return undetermined(`a slope wants ${LEAST} points and two places at least`, n);
  slopes.sort((a, b) => a - b);
  const half = normalQuantile(1 - (1 - level) / 2) * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const low = Math.max(0, Math.floor((slopes.length - half) / 2));
  const high = Math.min(slopes.length - 1, Math.ceil((slopes.length + half) / 2));
  return { value: median(slopes), low: slopes[low], high: slopes[high], n, level, method: "theil-sen" };
}

const LEAST = 8;

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
