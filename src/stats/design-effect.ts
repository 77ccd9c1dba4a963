import { LEAST_GROUPS } from "./interval/share.ts";
import { LEVEL } from "./interval/wilson.ts";
import { deviate, studentQuantile } from "./special.ts";
import { unitsOf } from "./units.ts";

/** Groups of which every value is as far off as can be, added when the two variances are compared. */
const DOUBT = 1;

/** Why nothing is told of items whose design effect is Infinity. */
export const TOO_FEW_GROUPS = `the items stand in too few groups to see how those differ, ${LEAST_GROUPS} would do`;

/**
 * How many times as uncertain a mean of values in [-1, 1] is for its items' standing in groups (Kish 1965, §8.2): the variance of
 * the mean between groups, g/(g - 1) · Σ_g(Σ(x - x̄))²/n², over that of as many independent items, Σ(x - x̄)²/n². Both are taken
 * with DOUBT typical groups more in which all values are off alike, so that few differing items, each in a group of its own
 * by chance, are not taken for proof that groups are no matter: where nothing differs it is the size of a typical group.
 * Widened by Student's t on the groups; at least 1. Infinity where groups are too few to see how they differ.
 */
export function designEffect(values: ArrayLike<number>, groups: ArrayLike<number>, level = LEVEL): number {
  const n = values.length;
  const { count, starts, items } = unitsOf(n, groups);
  if (count < LEAST_GROUPS) return Infinity;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = sum / n;
  let between = 0;
  let alone = 0;
  let squares = 0;
  for (let u = 0; u < count; u++) {
    let gap = 0;
    for (let at = starts[u]; at < starts[u + 1]; at++) {
      const off = values[items[at]] - mean;
      gap += off;
      alone += off * off;
    }
    between += gap * gap;
    squares += (starts[u + 1] - starts[u]) ** 2;
  }
  const typical = squares / n;
  const effect = ((count / (count - 1)) * (between + DOUBT * typical * typical)) / (alone + DOUBT * typical);
  const widening = studentQuantile(0.5 + level / 2, count - 1) / deviate(level);
  return Math.max(1, effect * widening * widening);
}
