import type { Divergence } from "./divergence.ts";

/**
 * Whether a later model may take the place of the nearest one so far: it is nearer, or further by no more than one standard
 * error of the difference over the same rows (the rule of Breiman et al. 1984 for trees). On few rows the least of
 * many figures is the least by chance, while a training's last weights are those that its rate came to rest on.
 */
export function asNear(later: Divergence, nearest: Divergence): boolean {
  const n = later.each.length;
  if (later.apart <= nearest.apart || n < 2) return later.apart <= nearest.apart;
  const off = later.each.map((v, i) => v - nearest.each[i]);
  const mean = off.reduce((sum, v) => sum + v, 0) / n;
  const squares = off.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return mean <= Math.sqrt(squares / (n - 1) / n);
}
