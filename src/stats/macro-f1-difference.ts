import type { Statistic } from "./bootstrap.ts";
import { confusion } from "./classification.ts";
import { isKnown, type Estimate } from "./estimate.ts";
import { pairedJackknife, type LeavingOut } from "./jackknife.ts";
import { macroF1 } from "./macro-f1.ts";

/**
 * Macro-F1 of weighted items, for resampling and leaving out: NaN where a class was neither met nor predicted. A
 * prediction of -1 is no class.
 */
export function macroF1Of(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Statistic {
  const hits = new Float64Array(classes);
  const both = new Float64Array(classes);
  return (weights) => {
    hits.fill(0);
    both.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i];
      const t = truth[i];
      const p = predicted[i];
      both[t] += weight;
      if (p >= 0) both[p] += weight;
      if (p === t) hits[t] += weight;
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += (2 * hits[k]) / both[k];
    return sum / classes;
  };
}

/** Macro-F1 of head less that of base on the same items; undetermined where macro-F1 itself is, for the same reason. */
export function macroF1Difference(
  truth: ArrayLike<number>,
  base: ArrayLike<number>,
  head: ArrayLike<number>,
  classes: number,
  leaving: LeavingOut = {},
): Estimate {
  for (const predicted of [base, head]) {
    const alone = macroF1(confusion(truth, predicted, classes), leaving.level);
    if (!isKnown(alone)) return alone;
  }
  return pairedJackknife(macroF1Of(truth, base, classes), macroF1Of(truth, head, classes), truth.length, leaving);
}
