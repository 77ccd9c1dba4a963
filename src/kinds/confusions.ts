import type { Confusion } from "../record/evaluation.ts";

const MOST = 20;

/** Those that a report lists, the commonest first, equals by name: an order that does not hang on the rows'. */
export function commonest(pairs: Iterable<Confusion>): Confusion[] {
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...pairs]
    .sort((a, b) => b.n - a.n || byName(a.truth, b.truth) || byName(a.predicted, b.predicted))
    .slice(0, MOST);
}
