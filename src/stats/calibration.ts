import { designEffect, TOO_FEW_GROUPS } from "./design-effect.ts";
import { undetermined, type Estimate } from "./estimate.ts";
import { LEVEL } from "./interval/wilson.ts";
import { deviate } from "./special.ts";
import type { Groups } from "./units.ts";

export const ECE_BINS = 15;
/** Items a bin must hold on average before its gap can be judged. */
const LEAST_PER_BIN = 10;

/** One bar of a reliability diagram. */
export interface CalibrationBin {
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

/**
 * Items in the order of their confidence, cut into bins of equal mass (Nguyen & O'Connor 2015). Equal confidences are
 * never parted, since which of them would go left is chance; so there may be fewer bins than asked for.
 */
export function calibrationBins(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number | boolean>,
  bins = ECE_BINS,
): CalibrationBin[] {
  return members(confidence, bins).map((bin) => {
    let trusted = 0;
    let right = 0;
    for (const i of bin) {
      trusted += confidence[i];
      right += Number(correct[i]);
    }
    return { count: bin.length, confidence: trusted / bin.length, accuracy: right / bin.length };
  });
}

function members(confidence: ArrayLike<number>, bins: number): Uint32Array[] {
  const n = confidence.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => confidence[a] - confidence[b]);
  const parts: Uint32Array[] = [];
  let from = 0;
  for (let b = 1; b <= bins; b++) {
    let to = Math.round((b * n) / bins);
    while (to > 0 && to < n && confidence[order[to]] === confidence[order[to - 1]]) to++;
    if (to > from) parts.push(order.subarray(from, to));
    from = Math.max(from, to);
  }
  return parts;
}

/**
 * Expected calibration error Σ wᵦ|accᵦ - confᵦ| over equal-mass bins (Naeini et al. 2015), of which the sample's own value
 * is too high: noise in a bin never cancels under the absolute value. The interval uses two inequalities, each holding
 * whatever the true gaps are, with σᵦ the standard error of the gap in bin b:
 *
 * - upper end: the true value is Σ wᵦ·signᵦ·gapᵦ for its own signs, the same sum over the sample is no larger than the
 *   sample's ECE, and its variance is Σ wᵦ²σᵦ²; so ECE + z·√(Σ wᵦ²σᵦ²);
 * - lower end: |true gap| ≥ |gap| - |noise|, and Σ wᵦ|noise| is a sum of half-normals with mean √(2/π)·Σ wᵦσᵦ and
 *   variance (1 - 2/π)·Σ wᵦ²σᵦ²; so ECE less that sum's upper quantile.
 *
 * It covers at least its level and is wide on the low side, which is where the truth lies for a calibrated model. Where items
 * stand in groups, the variance of every bin is multiplied by the design effect of the gaps.
 */
export function calibrationError(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number | boolean>,
  { bins = ECE_BINS, level = LEVEL, groups }: { bins?: number; level?: number; groups?: Groups } = {},
): Estimate {
  const n = confidence.length;
  if (correct.length !== n) throw new RangeError(`${n} confidences and ${correct.length} outcomes`);
  if (n < bins * LEAST_PER_BIN) {
    return undetermined(`${bins} bins want ${bins * LEAST_PER_BIN} items and there are ${n}`, n);
  }
  const gaps = (_: unknown, i: number): number => Number(correct[i]) - confidence[i];
  const effect = groups === undefined ? 1 : designEffect(Float64Array.from(confidence, gaps), groups, level);
  if (effect === Infinity) {
    return undetermined(TOO_FEW_GROUPS, n);
  }
  let value = 0;
  let noise = 0;
  let variance = 0;
  for (const bin of members(confidence, bins)) {
    const count = bin.length;
    let right = 0;
    let sum = 0;
    let squares = 0;
    for (const i of bin) {
      const outcome = Number(correct[i]);
      const gap = outcome - confidence[i];
      right += outcome;
      sum += gap;
      squares += gap * gap;
    }
    const weight = count / n;
    const seen = count > 1 ? Math.max(0, squares - (sum * sum) / count) / (count - 1) : 0;
    // A bin without a miss is not a bin without doubt: Bernoulli's variance at Jeffreys' share is the floor.
    const share = (right + 0.5) / (count + 1);
    const error = Math.sqrt((effect * Math.max(seen, share * (1 - share))) / count);
    value += weight * Math.abs(sum / count);
    noise += weight * error;
    variance += (weight * error) ** 2;
  }
  const z = deviate(level);
  const excess = Math.sqrt(2 / Math.PI) * noise + z * Math.sqrt((1 - 2 / Math.PI) * variance);
  return {
    value,
    low: Math.max(0, value - excess),
    high: Math.min(1, value + z * Math.sqrt(variance)),
    n,
    level,
    method: `equal-mass-${bins}`,
  };
}
