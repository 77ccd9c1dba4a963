import type { Statistic } from "./bootstrap.ts";
import type { Estimate } from "./estimate.ts";
import { jackknife, type LeavingOut } from "./jackknife.ts";

/** Of the most confident share `coverage` of items, the share that is wrong. */
export interface RiskPoint {
  readonly coverage: number;
  readonly risk: number;
  /** Answer where confidence is at least this. */
  readonly threshold: number;
}

/**
 * The risk-coverage curve (El-Yaniv & Wiener 2010), from the most confident on: one point for each confidence that
 * occurs, since a threshold takes equal confidences all or none.
 */
export function riskCoverage(confidence: ArrayLike<number>, correct: ArrayLike<number | boolean>): RiskPoint[] {
  const n = confidence.length;
  const points: RiskPoint[] = [];
  let wrong = 0;
  const order = byConfidence(confidence, correct);
  order.forEach((i, rank) => {
    if (!correct[i]) wrong++;
    const last = rank + 1 === n || confidence[order[rank + 1]] !== confidence[i];
    if (last) points.push({ coverage: (rank + 1) / n, risk: wrong / (rank + 1), threshold: confidence[i] });
  });
  return points;
}

/**
 * The area under it, the mean of the risk over the n coverages (Geifman & El-Yaniv 2017): 0 is best, and a confidence
 * that says nothing gives the error rate. Inside a run of equal confidences errors are taken as evenly spread, which
 * is their mean over all orders. Interval by the jackknife.
 */
export function riskCoverageArea(
  confidence: ArrayLike<number>,
  correct: ArrayLike<number | boolean>,
  leaving: LeavingOut = {},
): Estimate {
  return jackknife(areaOf(confidence, correct), confidence.length, leaving);
}

/** The area for weighted items. */
export function areaOf(confidence: ArrayLike<number>, correct: ArrayLike<number | boolean>): Statistic {
  const order = byConfidence(confidence, correct);
  const n = order.length;
  return (weights) => {
    let taken = 0;
    let wrong = 0;
    let sum = 0;
    let at = 0;
    while (at < n) {
      const level = confidence[order[at]];
      let mass = 0;
      let errors = 0;
      while (at < n && confidence[order[at]] === level) {
        const i = order[at++];
        mass += weights[i];
        if (!correct[i]) errors += weights[i];
      }
      for (let j = 1; j <= mass; j++) sum += (wrong + (j * errors) / mass) / (taken + j);
      taken += mass;
      wrong += errors;
    }
    return sum / taken;
  };
}

function byConfidence(confidence: ArrayLike<number>, correct: ArrayLike<number | boolean>): Uint32Array {
  const n = confidence.length;
  if (correct.length !== n) throw new RangeError(`${n} confidences and ${correct.length} outcomes`);
  return Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => confidence[b] - confidence[a] || a - b);
}
