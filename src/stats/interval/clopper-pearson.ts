import { undetermined, type Estimate } from "../estimate.ts";
import { betaQuantile } from "../special.ts";
import { LEVEL } from "./wilson.ts";

/**
 * The exact interval of a proportion (Clopper & Pearson 1934): the p that neither binomial tail refuses at (1 - level)/2,
 * through beta quantiles. It never covers less than its level, and often more: for claims where being wrong is dear,
 * such as the share of leaking documents.
 */
export function clopperPearson(successes: number, trials: number, level = LEVEL): Estimate {
  if (trials === 0) return undetermined("nothing to count", 0);
  const [low, high] = clopperPearsonBounds(successes, trials - successes, level);
  return { value: successes / trials, low, high, n: trials, level, method: "clopper-pearson" };
}

/**
 * The bounds alone. Counts may be fractional: with an effective sample size in place of the number of trials this is the
 * interval of Korn & Graubard (1998) for shares whose items are not independent.
 */
export function clopperPearsonBounds(successes: number, failures: number, level = LEVEL): [low: number, high: number] {
  const tail = (1 - level) / 2;
  return [
    successes <= 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    failures <= 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  ];
}
