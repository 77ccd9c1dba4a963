import { undetermined, type Estimate, type Known } from "../estimate.ts";
import { deviate } from "../special.ts";

/** The level of an interval where nobody asks for another. */
export const LEVEL = 0.95;

/**
 * The score interval of a proportion (Wilson 1927): the p for which (p̂ - p)² ≤ z² p(1 - p)/n. It stays inside [0, 1],
 * has width where nothing or everything succeeded, and covers close to its level on average over p (Brown, Cai &
 * DasGupta 2001). `trials` may be fractional: an effective sample size.
 */
export function wilsonBounds(proportion: number, trials: number, level = LEVEL): [low: number, high: number] {
  const z = deviate(level);
  const zz = z * z;
  const centre = proportion + zz / (2 * trials);
  const half = z * Math.sqrt((proportion * (1 - proportion)) / trials + zz / (4 * trials * trials));
  const scale = 1 + zz / trials;
  return [
    proportion <= 0 ? 0 : Math.max(0, (centre - half) / scale),
    proportion >= 1 ? 1 : Math.min(1, (centre + half) / scale),
  ];
}

/** The estimate of a proportion. With no trials there is no proportion: undetermined, never zero. */
export function wilson(successes: number, trials: number, level = LEVEL): Estimate {
  if (trials === 0) return undetermined("nothing to count", 0);
  const value = successes / trials;
  const [low, high] = wilsonBounds(value, trials, level);
  return { value, low, high, n: trials, level, method: "wilson" } satisfies Known;
}
