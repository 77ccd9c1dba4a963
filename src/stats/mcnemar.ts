import { designEffect } from "./design-effect.ts";
import { binomialCdf } from "./special.ts";
import type { Groups } from "./units.ts";

/** Two judgements of the same items, counted by who was right. */
export interface Discordance {
  readonly n: number;
  readonly both: number;
  readonly onlyBase: number;
  readonly onlyHead: number;
  /** How many times as uncertain their difference is for the items' standing in groups; absent where they are independent. */
  readonly effect?: number;
}

export function discordance(
  base: ArrayLike<number | boolean>,
  head: ArrayLike<number | boolean>,
  groups?: Groups,
): Discordance {
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
  if (groups === undefined) return { n, both, onlyBase, onlyHead };
  const gaps = Float64Array.from(base, (_, i) => Number(head[i]) - Number(base[i]));
  return { n, both, onlyBase, onlyHead, effect: designEffect(gaps, groups) };
}

/**
 * McNemar's test, exact (1947; the binomial form): under the null each item on which the two differ falls to either side
 * with probability ½. The two-sided p-value is twice the smaller tail, 1 at most. No item to differ on gives p = 1. It
 * takes items for independent: where they stand in groups, `pairedPermutation` exchanges those whole.
 */
export function mcnemar({ onlyBase, onlyHead }: Discordance): number {
  const differing = onlyBase + onlyHead;
  return Math.min(1, 2 * binomialCdf(Math.min(onlyBase, onlyHead), differing, 0.5));
}
