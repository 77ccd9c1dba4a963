import type { CheckLine } from "../../record/check.ts";
import type { Task } from "../../record/task.ts";
import type { Statistic } from "../../stats/bootstrap.ts";
import { type Change, nonInferior } from "../../stats/compare.ts";
import { isKnown, type Estimate } from "../../stats/estimate.ts";
import { pairedJackknife } from "../../stats/jackknife.ts";
import { macroF1Difference } from "../../stats/macro-f1-difference.ts";
import { type Discordance, discordance } from "../../stats/mcnemar.ts";
import { pairedShares } from "../../stats/paired.ts";
import { areaOf } from "../../stats/risk-coverage.ts";
import { type Item, rightOf, type SideName } from "./item.ts";

/** What comparing needs to know of a task. */
export type ComparedTask = Pick<Task, "kind" | "spans" | "margins">;

/**
 * Quality of head against base on the same items: each figure is not worse by more than its margin (held), is (broken),
 * or the items are too few. Accuracy by Tango's interval; macro-F1, the Brier score of the answer (calibration) and
 * the area under risk-coverage (abstention) by the paired jackknife. The calibration error itself is told and not gated: no
 * interval of its difference covers.
 */
export function compareQuality(items: readonly Item[], task: ComparedTask): CheckLine[] {
  const { kind, margins } = task;
  const n = items.length;
  const right = { base: rightOf(items, "base", task), head: rightOf(items, "head", task) };
  const pairs = discordance(right.base, right.head);
  const confidence = (side: SideName): number[] => items.map((item) => item[side].confidence);
  const brier = (side: SideName): Statistic =>
    meanOf(items.map((item, i) => (item[side].confidence - Number(right[side][i])) ** 2));
  const area = (side: SideName): Statistic => areaOf(confidence(side), right[side]);
  return [
    accuracyLine(kind === "classify" ? "accuracy" : "record_right", pairs, margins.accuracy),
    ...(kind === "classify" ? [lineOf("macro_f1", macroF1(items), margins.macro_f1)] : []),
    lineOf("brier", pairedJackknife(brier("base"), brier("head"), n), margins.brier, { higherIsBetter: false }),
    lineOf("risk_coverage", pairedJackknife(area("base"), area("head"), n), margins.risk_coverage, {
      higherIsBetter: false,
    }),
  ];
}

/** The line of a share of items, with the number of such items that would decide it. */
export function accuracyLine(name: string, pairs: Discordance, margin: number): CheckLine {
  const line = lineOf(name, pairedShares(pairs), margin);
  return line.verdict === "too small to tell" ? { ...line, enough: enoughPairs(pairs, margin) } : line;
}

const MOST_ITEMS = 1e7;

/**
 * The least number of items at which Tango's interval would decide, if the shares stayed where they are. Where hardly an item
 * differs the interval shrinks with n and not with √n, so it is the interval itself that is asked.
 */
function enoughPairs({ n, both, onlyBase, onlyHead }: Discordance, margin: number): number | null {
  const decides = (k: number): boolean => {
    const more = { n: k * n, both: k * both, onlyBase: k * onlyBase, onlyHead: k * onlyHead };
    return nonInferior(pairedShares(more), margin).verdict !== "too small to tell";
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

function lineOf(name: string, change: Estimate, margin: number, direction: Change = {}): CheckLine {
  const { verdict, reason, enough } = nonInferior(change, margin, direction);
  return { name, verdict, reason, change, margin, enough: enough ?? null };
}

function macroF1(items: readonly Item[]): Estimate {
  const labels = new Map<string, number>();
  const place = (label: string): number => {
    if (!labels.has(label)) labels.set(label, labels.size);
    return labels.get(label) as number;
  };
  const truth = items.map((item) => place(item.target));
  const base = items.map((item) => place(item.base.label));
  const head = items.map((item) => place(item.head.label));
  return macroF1Difference(truth, base, head, labels.size);
}

function meanOf(values: readonly number[]): Statistic {
  return (weights) => {
    let sum = 0;
    let mass = 0;
    for (let i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      mass += weights[i];
    }
    return sum / mass;
  };
}

const lowerIsBetter = new Set(["brier", "risk_coverage"]);
const costs = new Set(["size", "memory", "latency"]);

/** Whether a line's change is known to be for the better. */
export function isBetter({ name, change }: CheckLine): boolean {
  if (change === null || !isKnown(change)) return false;
  if (costs.has(name)) return change.high < 1;
  return lowerIsBetter.has(name) ? change.high < 0 : change.low > 0;
}
