import type { Random } from "../../base/random.ts";

/** Batches that are sorted together, so that rows of like length meet and order still is random from epoch to epoch. */
const POOL = 16;

/**
 * Every row once, in batches of `size` (the last may be smaller): rows are shuffled, sorted by length within pools of
 * sixteen batches, cut, and the batches shuffled again. Padding stays small and no epoch repeats another's batches.
 */
export function batches(lengths: ArrayLike<number>, size: number, random: Random): Int32Array[] {
  const order = random.shuffle(Int32Array.from({ length: lengths.length }, (_, i) => i));
  const cut: Int32Array[] = [];
  for (let from = 0; from < order.length; from += size * POOL) {
    const pool = order.subarray(from, from + size * POOL).sort((a, b) => lengths[a] - lengths[b] || a - b);
    for (let at = 0; at < pool.length; at += size) cut.push(pool.slice(at, at + size));
  }
  return random.shuffle(cut);
}
