import type { Estimate } from "./estimate.ts";
import { boundedMean } from "./interval/share.ts";
import { LEVEL } from "./interval/wilson.ts";

/** The Brier loss of one item (1950): Σ over classes of (p - y)², y being 1 for the true class; between 0 and 2. */
export function brierLoss(probabilities: ArrayLike<number>, truth: number): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) sum += (probabilities[k] - (k === truth ? 1 : 0)) ** 2;
  return sum;
}

/** The mean Brier loss of items, one row of class probabilities each; every loss lies in [0, 2] where rows sum to 1. */
export function brier(rows: readonly ArrayLike<number>[], truth: ArrayLike<number>, level = LEVEL): Estimate {
  if (truth.length !== rows.length) throw new RangeError(`${rows.length} rows and ${truth.length} true classes`);
  return boundedMean(
    rows.map((row, i) => Math.min(2, brierLoss(row, truth[i]))),
    [0, 2],
    level,
  );
}
