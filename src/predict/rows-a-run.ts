/** Numbers that one run reads of n-grams, and tokens: enough to feed the matrix kernels, and what a run holds follows from it. */
const MOST_GRAMS = 1 << 14;
const MOST_TOKENS = 1 << 11;

/** Columns of the inputs that rows are read from; absent where a program has no such input. */
export interface Columns {
  readonly ids?: number;
  readonly tokens?: number;
}

/** Rows that share a run, of so many columns; one at least. */
export function rowsARun(columns: Columns): number {
  const fit = Math.min(MOST_GRAMS / Math.max(1, columns.ids ?? 1), MOST_TOKENS / Math.max(1, columns.tokens ?? 1));
  return Math.max(1, Math.floor(fit));
}
