import { countsByClass, type ClassCounts, type Confusion } from "./classification.ts";
import { undetermined, type Estimate } from "./estimate.ts";
import { LEVEL, wilsonBounds } from "./interval/wilson.ts";
import { deviate, studentQuantile } from "./special.ts";

/** Examples a class must have before its F1 can take part: below this the interval no longer covers as it says. */
export const LEAST_SUPPORT = 5;

/**
 * Macro-F1, the mean of F1 over all classes, with an interval that covers over many classes too. Resampling (percentile
 * bootstrap) repeats the downward bias that F1 has in small classes and so misses; here instead:
 *
 * - the variance is that of the first-order expansion over the multinomial confusion matrix (Takahashi et al. 2022),
 *   V = Σ count(t, p) · (dF̄/dcount(t, p))², the mean term being zero because F1 is homogeneous of degree zero;
 * - the centre is moved by the second-order bias of F1 = 2J/(1 + J) in the Jaccard index J of each class, which given
 *   the m items that touch the class is a binomial share: bias ≈ -2 J(1 - J)/((m - 1)(1 + J)³);
 * - the width uses Student's t with Satterthwaite's degrees of freedom, so that a variance resting on one small
 *   class is trusted as little as it deserves;
 * - the ends are Wilson's for the effective sample F̄(1 - F̄)/V, so that they stay inside [0, 1] and keep width where
 *   nothing went wrong.
 *
 * `value` is the plain macro-F1. Coverage in simulation: docs/statistics.md. A class with fewer than LEAST_SUPPORT
 * examples makes it undetermined, with the number of items that would do at the shares seen.
 */
export function macroF1(matrix: Confusion, level = LEVEL): Estimate {
  const { classes, n } = matrix;
  const counts = countsByClass(matrix);
  if (n === 0) return undetermined("nothing to count", 0);
  const value = counts.reduce((sum, c) => sum + plain(c), 0) / classes;
  const thin = thinClasses(counts, n);
  if (thin !== undefined) return undetermined(`${thin}; the plain figure is ${value.toFixed(3)}`, n);

  const variance = varianceOfMean(matrix, counts);
  let bias = 0;
  let spread = 0;
  let squares = 0;
  for (const { hits, strays, misses } of counts) {
    const touching = hits + strays + misses;
    const jaccard = hits / touching;
    const share = (jaccard * (1 - jaccard)) / (touching - 1);
    bias -= (2 * share) / (1 + jaccard) ** 3 / classes;
    const own = (4 * share) / (1 + jaccard) ** 4;
    spread += own;
    squares += (own * own) / (touching - 1);
  }
  const centre = Math.min(1, value - bias);
  const widening = squares > 0 ? studentQuantile(0.5 + level / 2, (spread * spread) / squares) / deviate(level) : 1;
  const effective = variance > 0 ? (centre * (1 - centre)) / (variance * widening * widening) : n;
  const [low, high] = wilsonBounds(centre, effective, level);
  return { value, low: Math.min(low, value), high: Math.max(high, value), n, level, method: "wilson-effective" };
}

/** The plain F1; 0 where a class was met only as a stray, which the caller has already ruled out. */
function plain({ hits, strays, misses }: ClassCounts): number {
  return hits === 0 ? 0 : (2 * hits) / (2 * hits + strays + misses);
}

/** Why the classes are too thin, or undefined where they are not. */
function thinClasses(counts: readonly ClassCounts[], n: number): string | undefined {
  const supports = counts.map((c) => c.hits + c.misses);
  const thin = supports.filter((s) => s < LEAST_SUPPORT).length;
  if (thin === 0) return undefined;
  const least = Math.min(...supports);
  const enough =
    least === 0
      ? `${LEAST_SUPPORT} of each would do`
      : `about ${Math.ceil((n * LEAST_SUPPORT) / least)} items would do`;
  return `${thin} of ${counts.length} classes have fewer than ${LEAST_SUPPORT} examples, ${enough}`;
}

/** First-order variance of the mean F1 over the cells of the confusion matrix. */
function varianceOfMean({ classes, cells, none }: Confusion, counts: readonly ClassCounts[]): number {
  const gain = new Float64Array(classes);
  const loss = new Float64Array(classes);
  counts.forEach(({ hits, strays, misses }, k) => {
    const both = 2 * hits + strays + misses;
    gain[k] = (2 * (strays + misses)) / (both * both);
    loss[k] = (-2 * hits) / (both * both);
  });
  let sum = 0;
  for (let t = 0; t < classes; t++) {
    sum += none[t] * loss[t] ** 2;
    for (let p = 0; p < classes; p++) {
      const count = cells[t * classes + p];
      if (count > 0) sum += count * (t === p ? gain[t] : loss[t] + loss[p]) ** 2;
    }
  }
  return sum / (classes * classes);
}
