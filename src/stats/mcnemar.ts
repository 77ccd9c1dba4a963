import { binomialCdf } from "./special.ts";

/** Two judgements of the same items, counted by who was right. */
export interface Discordance {
  readonly n: number;
  readonly both: number;
  readonly onlyBase: number;
  readonly onlyHead: number;
}

export function discordance(base: ArrayLike<number | boolean>, head: ArrayLike<number | boolean>): Discordance {
  const n = base.length;
  if (head.length !== n) throw new RangeError(`${n} items for the base and ${head.length} for the head`);
  let both = 0;
  let onlyBase = 0;
  let onlyHead = 0;
  for (let i = 0; i < n; i++) {
    const b = Boolean(base[i]);
    const h = Boolean(head[i]);
    if (b && h) both++;
    else if (b) onlyBase++;
    else if (h) onlyHead++;
  }
  return { n, both, onlyBase, onlyHead };
}

/**
 * McNemar's test, exact (1947; the binomial form): under the null each item on which the two differ falls to either side
 * with probability ½. The two-sided p-value is twice the smaller tail, 1 at most. No item to differ on gives p = 1.
 */
export function mcnemar({ onlyBase, onlyHead }: Discordance): number {
  const differing = onlyBase + onlyHead;
  return Math.min(1, 2 * binomialCdf(Math.min(onlyBase, onlyHead), differing, 0.5));
}
