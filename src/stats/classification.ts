import { undetermined, type Estimate } from "./estimate.ts";
import { LEVEL, wilson, wilsonBounds } from "./interval/wilson.ts";

/**
 * Counts of (true class, predicted class) over items. Class ids run from 0 to classes - 1; a prediction of -1 means that
 * no class was given (an abstention, a label nobody knows) and counts as a miss for its true class.
 */
export interface Confusion {
  readonly classes: number;
  readonly n: number;
  /** classes × classes, row-major: truth is the row, prediction the column. */
  readonly cells: Float64Array;
  /** By true class: items that were given no class. */
  readonly none: Float64Array;
}

/** What F1 is made of, for one class. */
export interface ClassCounts {
  readonly hits: number;
  /** Predicted this class wrongly (false positives). */
  readonly strays: number;
  /** Truly this class, predicted another or none (false negatives). */
  readonly misses: number;
}

export function confusion(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Confusion {
  const n = truth.length;
  if (predicted.length !== n) throw new RangeError(`${n} true classes and ${predicted.length} predicted`);
  const cells = new Float64Array(classes * classes);
  const none = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    const t = truth[i];
    const p = predicted[i];
    if (!(Number.isInteger(t) && t >= 0 && t < classes))
      throw new RangeError(`true class ${t} of ${classes}, item ${i}`);
    if (!(Number.isInteger(p) && p >= -1 && p < classes))
      throw new RangeError(`predicted class ${p} of ${classes}, item ${i}`);
    if (p < 0) none[t]++;
    else cells[t * classes + p]++;
  }
  return { classes, n, cells, none };
}

/** The counts of every class, in one pass over the cells. */
export function countsByClass({ classes, cells, none }: Confusion): ClassCounts[] {
  const misses = Float64Array.from(none);
  const strays = new Float64Array(classes);
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      if (t === p) continue;
      const count = cells[t * classes + p];
      misses[t] += count;
      strays[p] += count;
    }
  }
  return Array.from(misses, (missed, k) => ({ hits: cells[k * classes + k], strays: strays[k], misses: missed }));
}

/** The share of items given their true class; Wilson's interval. */
export function accuracy(matrix: Confusion, level = LEVEL): Estimate {
  let hits = 0;
  for (let k = 0; k < matrix.classes; k++) hits += matrix.cells[k * matrix.classes + k];
  return wilson(hits, matrix.n, level);
}

/** Of those predicted to be of the class, the share that are. Undetermined where the class was never predicted. */
export function precision({ hits, strays }: ClassCounts, level = LEVEL): Estimate {
  if (hits + strays === 0) return undetermined("the class was never predicted", 0);
  return wilson(hits, hits + strays, level);
}

/** Of those truly of the class, the share that was found. Undetermined where no item is of the class. */
export function recall({ hits, misses }: ClassCounts, level = LEVEL): Estimate {
  if (hits + misses === 0) return undetermined("no item is of the class", 0);
  return wilson(hits, hits + misses, level);
}

/**
 * F1 = 2h/(2h + s + m) with h hits, s strays and m misses. Given how many items touch the class at all, the hits among
 * them are binomial with the Jaccard index J = h/(h + s + m), and F1 = 2J/(1 + J) rises with J: so Wilson's interval of J,
 * carried through, is one of F1 (n is the number of items that touch the class). The same reasoning is in Flach & Kull
 * 2015 for the curve; no normality of a ratio is assumed.
 */
export function f1({ hits, strays, misses }: ClassCounts, level = LEVEL): Estimate {
  const touching = hits + strays + misses;
  if (touching === 0) return undetermined("no item is of the class and none was predicted to be", 0);
  const [low, high] = wilsonBounds(hits / touching, touching, level);
  return {
    value: (2 * hits) / (2 * hits + strays + misses),
    low: (2 * low) / (1 + low),
    high: (2 * high) / (1 + high),
    n: touching,
    level,
    method: "wilson-jaccard",
  };
}

export interface ClassQuality {
  readonly support: number;
  readonly predicted: number;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly f1: Estimate;
}

/** Precision, recall and F1 of every class. */
export function qualityByClass(matrix: Confusion, level = LEVEL): ClassQuality[] {
  return countsByClass(matrix).map((counts) => ({
    support: counts.hits + counts.misses,
    predicted: counts.hits + counts.strays,
    precision: precision(counts, level),
    recall: recall(counts, level),
    f1: f1(counts, level),
  }));
}
