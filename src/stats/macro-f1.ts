import { countsByClass, type ClassCounts, type Confusion } from "./classification.ts";
import { undetermined, type Estimate } from "./estimate.ts";
import { clopperPearsonBounds } from "./interval/clopper-pearson.ts";
import { LEVEL } from "./interval/wilson.ts";
import { deviate, studentQuantile } from "./special.ts";

/** Examples a class must have before its F1 can take part. */
export const LEAST_SUPPORT = 5;
/** Errors added when the variance is estimated, so that a matrix with hardly any error is not taken for certainty. */
const DOUBT = 0.5;

/**
 * Macro-F1, the mean of F1 over all classes, with an interval that covers over many classes too. Resampling (percentile
 * bootstrap) repeats the downward bias that F1 has in small classes and so misses; here instead, as Korn & Graubard
 * (1998) do for shares from complex samples, the ends are Clopper & Pearson's for an effective sample size
 * F̄(1 - F̄)/V, which keeps them inside [0, 1] and leaves them width where nothing went wrong:
 *
 * - V is the variance of the first-order expansion over the multinomial confusion matrix (Takahashi et al. 2022),
 *   Σ count(t, p) · (dF̄/dcount(t, p))²: the mean term is zero, F1 being homogeneous of degree zero. It is taken at the
 *   matrix with DOUBT errors spread over the wrong cells by row and column share;
 * - the centre is freed of the second-order bias of F1 = 2J/(1 + J) in the Jaccard index J of each class, which given
 *   the m items that touch the class is a binomial share: bias ≈ -2 J(1 - J)/((m - 1)(1 + J)³);
 * - V is scaled by the ratio of unbiased to plain variances of the classes, and widened by Student's t with
 *   Satterthwaite's degrees of freedom, so that a variance resting on one small class is trusted as little as it deserves.
 *
 * `value` is the plain macro-F1. Coverage in simulation: docs/statistics.md. A class with fewer than LEAST_SUPPORT
 * examples makes it undetermined, with the number of items that would do at the shares seen.
 */
export function macroF1(matrix: Confusion, level = LEVEL): Estimate {
  const { classes, n } = matrix;
  if (n === 0) return undetermined("nothing to count", 0);
  const counts = countsByClass(matrix);
  const value = counts.reduce((sum, c) => sum + plain(c), 0) / classes;
  const thin = thinClasses(counts, n);
  if (thin !== undefined) return undetermined(`${thin}; the plain figure is ${value.toFixed(3)}`, n);

  const bias = counts.reduce((sum, c) => sum + spreadOf(c).bias, 0) / classes;
  const centre = Math.min(1, value - bias);
  const effective = effectiveSample(doubted(matrix), level);
  const [low, high] = clopperPearsonBounds(effective * centre, effective * (1 - centre), level);
  return { value, low: Math.min(low, value), high: Math.max(high, value), n, level, method: "korn-graubard" };
}

/** How many independent trials would leave macro-F1 as uncertain as it is. */
function effectiveSample(matrix: Confusion, level: number): number {
  const counts = countsByClass(matrix);
  const value = counts.reduce((sum, c) => sum + plain(c), 0) / matrix.classes;
  let unbiased = 0;
  let biased = 0;
  let squares = 0;
  for (const c of counts) {
    const { variance, freedom } = spreadOf(c);
    unbiased += variance;
    biased += (variance * freedom) / (freedom + 1);
    squares += (variance * variance) / freedom;
  }
  if (unbiased === 0) return matrix.n;
  const widening = studentQuantile(0.5 + level / 2, (unbiased * unbiased) / squares) / deviate(level);
  const variance = (varianceOfMean(matrix, counts) * unbiased) / biased;
  return (value * (1 - value)) / (variance * widening * widening);
}

/** Bias and variance of one class's F1, from the binomial share of hits among the items that touch it. */
function spreadOf({ hits, strays, misses }: ClassCounts): { bias: number; variance: number; freedom: number } {
  const touching = hits + strays + misses;
  const freedom = touching - 1;
  const jaccard = hits / touching;
  const share = (jaccard * (1 - jaccard)) / freedom;
  return { bias: (-2 * share) / (1 + jaccard) ** 3, variance: (4 * share) / (1 + jaccard) ** 4, freedom };
}

/** The matrix with DOUBT errors more, spread over the wrong cells as if predictions ignored the truth. */
function doubted(matrix: Confusion): Confusion {
  const { classes, cells } = matrix;
  const counts = countsByClass(matrix);
  const truths = counts.map((c) => c.hits + c.misses);
  const guesses = counts.map((c) => c.hits + c.strays);
  const total = (shares: readonly number[]): number => shares.reduce((sum, x) => sum + x, 0);
  const wrong = total(truths) * total(guesses) - total(truths.map((x, k) => x * guesses[k]));
  if (wrong <= 0) return matrix;
  const more = cells.map((count, at) => {
    const t = Math.floor(at / classes);
    const p = at % classes;
    return t === p ? count : count + (DOUBT * truths[t] * guesses[p]) / wrong;
  });
  return { ...matrix, cells: more };
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
