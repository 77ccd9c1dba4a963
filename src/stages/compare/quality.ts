import type { CheckLine } from "../../record/check.ts";
import type { Task } from "../../record/task.ts";
import type { Statistic } from "../../stats/bootstrap.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { type LeavingOut, pairedJackknife } from "../../stats/jackknife.ts";
import { macroF1Difference } from "../../stats/macro-f1-difference.ts";
import { discordance } from "../../stats/mcnemar.ts";
import { areaOf } from "../../stats/risk-coverage.ts";
import { groupsAmong, type Item, rightOf, type SideName } from "./item.ts";
import { lineOf, shareLine } from "./line.ts";
import { spanLines } from "./spans.ts";
import { meanOf } from "./weighted.ts";

/** What comparing needs to know of a task. */
export type ComparedTask = Pick<Task, "kind" | "spans" | "margins">;

/**
 * Quality of head against base on the same items: each figure is not worse by more than its margin (held), is (broken),
 * or the items are too few. Shares of items by Tango's interval; macro-F1, the figures of spans, the Brier score of the answer
 * (calibration) and the area under risk-coverage (abstention) by the paired jackknife. The calibration error itself is told
 * and not gated: no interval of its difference covers. Items of one group count together in all of them.
 */
export function compareQuality(items: readonly Item[], task: ComparedTask): CheckLine[] {
  const { kind, margins } = task;
  const n = items.length;
  const groups = groupsAmong(items);
  const right = { base: rightOf(items, "base", task), head: rightOf(items, "head", task) };
  const confidence = (side: SideName): number[] => items.map((item) => item[side].confidence);
  const brier = (side: SideName): Statistic =>
    meanOf(items.map((item, i) => (item[side].confidence - Number(right[side][i])) ** 2));
  const area = (side: SideName): Statistic => areaOf(confidence(side), right[side]);
  const own =
    kind === "classify"
      ? [
          shareLine("accuracy", discordance(right.base, right.head, groups), margins.accuracy),
          lineOf("macro_f1", macroF1(items, { groups }), margins.macro_f1),
        ]
      : spanLines(items, task);
  return [
    ...own,
    lineOf("brier", pairedJackknife(brier("base"), brier("head"), n, { groups }), margins.brier),
    lineOf("risk_coverage", pairedJackknife(area("base"), area("head"), n, { groups }), margins.risk_coverage),
  ];
}

function macroF1(items: readonly Item[], leaving: LeavingOut): Estimate {
  const labels = new Map<string, number>();
  const place = (label: string): number => {
    if (!labels.has(label)) labels.set(label, labels.size);
    return labels.get(label) as number;
  };
  const truth = items.map((item) => place(item.target));
  const base = items.map((item) => place(item.base.label));
  const head = items.map((item) => place(item.head.label));
  return macroF1Difference(truth, base, head, labels.size, leaving);
}
