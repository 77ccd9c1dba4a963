import { undetermined, type Estimate } from "./estimate.ts";
import { clopperPearsonBounds } from "./interval/clopper-pearson.ts";
import { LEVEL } from "./interval/wilson.ts";
import { deviate, studentQuantile } from "./special.ts";

/** Items of either kind below which the area has no interval. */
const LEAST_OF_EACH = 10;

/**
 * The area under the ROC curve: the chance that an item of the sought kind scores above one of the other, ties counting
 * half (Hanley & McNeil 1982). The variance is DeLong's (1988), from each item's own share of pairs won, with one pair more
 * of either outcome so that a perfect order is not certainty; the ends are Clopper & Pearson's for the effective sample
 * (Korn & Graubard 1998).
 */
export function auroc(scores: ArrayLike<number>, sought: ArrayLike<number | boolean>, level = LEVEL): Estimate {
  const n = scores.length;
  if (sought.length !== n) throw new RangeError(`${n} scores and ${sought.length} outcomes`);
  const yes: number[] = [];
  const no: number[] = [];
  for (let i = 0; i < n; i++) (sought[i] ? yes : no).push(scores[i]);
  if (Math.min(yes.length, no.length) < LEAST_OF_EACH) {
    return undetermined(
      `${yes.length} items of the sought kind and ${no.length} others; ${LEAST_OF_EACH} of each would do`,
      n,
    );
  }
  const won = sharesWon(yes, no);
  const held = sharesWon(no, yes);
  const value = won.reduce((sum, x) => sum + x, 0) / won.length;
  const smaller = Math.min(yes.length, no.length);
  const doubted = (value * smaller + 0.5) / (smaller + 1);
  const floor = 0.5 / (smaller * smaller) / 2;
  const variance = spread(won) / won.length + spread(held) / held.length + floor;
  const widening = studentQuantile(0.5 + level / 2, smaller - 1) / deviate(level);
  const effective = (doubted * (1 - doubted)) / (variance * widening * widening);
  const [low, high] = clopperPearsonBounds(effective * value, effective * (1 - value), level);
  return { value, low, high, n, level, method: "delong-korn-graubard" };
}

/** For each score, the share of the others that lie below it, ties counting half. */
function sharesWon(scores: readonly number[], others: readonly number[]): number[] {
  const sorted = Float64Array.from(others).sort();
  return scores.map((s) => (countBelow(sorted, s, false) + countBelow(sorted, s, true)) / (2 * sorted.length));
}

/** How many of a sorted array are below x, or not above it. */
function countBelow(sorted: Float64Array, x: number, orEqual: boolean): number {
  let a = 0;
  let b = sorted.length;
  while (a < b) {
    const middle = (a + b) >>> 1;
    if (sorted[middle] < x || (orEqual && sorted[middle] === x)) a = middle + 1;
    else b = middle;
  }
  return a;
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
}
