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
  const tail = (1 - level) / 2;
  const failures = trials - successes;
  return {
    value: successes / trials,
    low: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    high: failures === 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
    n: trials,
    level,
    method: "clopper-pearson",
  };
}
