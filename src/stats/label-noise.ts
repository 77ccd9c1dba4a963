/**
 * Predictions of rows that were not trained on, as columns: `given` [n] classes, `likely` [n, width] classes with the
 * likeliest first in any order, `chances` [n, width] their probabilities (NaN where there are fewer).
 */
export interface HeldOut {
  readonly given: ArrayLike<number>;
  readonly likely: ArrayLike<number>;
  readonly chances: ArrayLike<number>;
  readonly width: number;
  readonly classes: number;
}

export interface Suspect {
  readonly row: number;
  /** The class that the row is confidently taken for. */
  readonly likely: number;
  readonly chance: number;
  /** The probability of the class that it was given; 0 where that is not among the likely. */
  readonly given: number;
}

/**
 * Label-noise suspects by confident learning (Northcutt, Jiang & Chuang 2021, the off-diagonal of the confident joint): a
 * class counts for a row when its probability is at least the mean that rows given this class have for it; the likeliest
 * of those, where it is likelier than the given one, makes a suspect. (A class of few, badly known rows has a low mean, which
 * hardly likely rows of a well known class would pass.) By margin of probability, largest first.
 */
export function labelSuspects({ given, likely, chances, width, classes }: HeldOut): Suspect[] {
  const n = given.length;
  const sum = new Float64Array(classes);
  const count = new Float64Array(classes);
  const own = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = i * width; k < (i + 1) * width; k++) {
      if (likely[k] === given[i] && !Number.isNaN(chances[k])) own[i] = chances[k];
    }
    sum[given[i]] += own[i];
    count[given[i]]++;
  }
  const suspects: Suspect[] = [];
  for (let i = 0; i < n; i++) {
    let best = -1;
    for (let k = i * width; k < (i + 1) * width; k++) {
      const j = likely[k];
      if (count[j] === 0 || !(chances[k] >= sum[j] / count[j])) continue;
      if (best === -1 || chances[k] > chances[best]) best = k;
    }
    if (best === -1 || likely[best] === given[i] || chances[best] <= own[i]) continue;
    suspects.push({ row: i, likely: likely[best], chance: chances[best], given: own[i] });
  }
  return suspects.sort((a, b) => b.chance - b.given - (a.chance - a.given) || a.row - b.row);
}
