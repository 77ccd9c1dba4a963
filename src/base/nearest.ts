/**
 * "Did you mean …?": the known name nearest to a mistyped one by edit distance, or undefined when none is near: at most a
 * third of the longer name, and two from four letters on.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const d = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const longer = Math.max(word.length, candidate.length);
    const near = Math.max(longer >= 4 ? 2 : 1, Math.floor(longer / 3));
    if (d < least && d <= near && d < longer) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

/**
 * The distance of Damerau and Levenshtein: insertion, deletion, change, and two neighbours swapped, in its optimal string
 * alignment form.
 */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, change, swapped ? before[j - 2] + 1 : Infinity));
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length];
}
