import { type CheckLine, isThin } from "../../record/check.ts";
import { type Change, nonInferior } from "../../stats/compare.ts";
import { isKnown, type Estimate } from "../../stats/estimate.ts";
import type { Discordance } from "../../stats/mcnemar.ts";
import { pairedShares } from "../../stats/paired.ts";

/** One question of the gate, answered by a difference head - base that has an interval. */
export function lineOf(name: string, change: Estimate, margin: number): CheckLine {
  const { verdict, reason, enough } = nonInferior(change, margin, directionOf(name));
  return { name, verdict, reason, change, margin, enough: enough ?? null };
}

/** The line of a share of items, with the number of such items that would decide it. */
export function shareLine(name: string, pairs: Discordance, margin: number): CheckLine {
  const line = lineOf(name, pairedShares(pairs), margin);
  if (line.verdict !== "too small to tell") return line;
  const enough = isThin({ ...line, n: pairs.n }) ? null : enoughPairs(pairs, margin, directionOf(name));
  return { ...line, enough };
}

const MOST_ITEMS = 1e7;

/**
 * The least number of items at which Tango's interval would decide, if the shares stayed where they are. Where hardly an item
 * differs the interval shrinks with n and not with √n, so it is the interval itself that is asked.
 */
function enoughPairs(pairs: Discordance, margin: number, direction: Change): number | null {
  const { n, both, onlyBase, onlyHead } = pairs;
  const decides = (k: number): boolean => {
    const more = { ...pairs, n: k * n, both: k * both, onlyBase: k * onlyBase, onlyHead: k * onlyHead };
    return nonInferior(pairedShares(more), margin, direction).verdict !== "too small to tell";
  };
  let high = 2;
  while (!decides(high)) {
    high *= 2;
    if (n === 0 || high * n > MOST_ITEMS) return null;
  }
  let low = high / 2;
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high * n);
}

const lowerIsBetter = new Set(["brier", "risk_coverage", "leak_documents", "leak_characters"]);
const costs = new Set(["size", "memory", "latency"]);

function directionOf(name: string): Change {
  return { higherIsBetter: !lowerIsBetter.has(name) };
}

/** Whether a line's change is known to be for the better. */
export function isBetter({ name, change }: CheckLine): boolean {
  if (change === null || !isKnown(change)) return false;
  if (costs.has(name)) return change.high < 1;
  return lowerIsBetter.has(name) ? change.high < 0 : change.low > 0;
}
