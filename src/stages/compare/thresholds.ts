import { random } from "../../base/random.ts";
import type { Taken, Threshold } from "../../record/damage.ts";
import type { Task } from "../../record/task.ts";
import { nonInferior } from "../../stats/compare.ts";
import { type Estimate, undetermined } from "../../stats/estimate.ts";
import { shareOfItems } from "../../stats/interval/share.ts";
import { pairedJackknife } from "../../stats/jackknife.ts";
import { discordance } from "../../stats/mcnemar.ts";
import { pairedShares } from "../../stats/paired.ts";
import { riskCoverage } from "../../stats/risk-coverage.ts";
import { type Groups, groupsAt, groupsOf, unitsOf } from "../../stats/units.ts";
import { groupsAmong, type Item, rightOf, type SideName } from "./item.ts";
import type { ComparedTask } from "./quality.ts";
import { scoresOf } from "./spans.ts";
import { ratioOf } from "./weighted.ts";

/** A confidence that somebody relies on: a pack's scope threshold, or one that a person has chosen. */
export interface GivenThreshold {
  readonly name: string;
  readonly at: number;
}

/** Shares of right answers that thresholds are chosen for. */
const WANTED = [0.9, 0.95, 0.99] as const;
const SEED = 1;

/**
 * Whether thresholds of the base mean the same of the head: the share that they leave answered and the share of that which is right
 * (of redact: without a leak) may each fall by no more than the margin of that share. Given thresholds are judged on all
 * items. Those with which the base keeps a wanted share right are chosen on one half of the items (of their groups) and judged on the other:
 * where they are chosen, the base looks better than it is.
 */
export function thresholdsOf(
  items: readonly Item[],
  task: ComparedTask,
  given: readonly GivenThreshold[] = [],
): Threshold[] {
  const judged = judgedBy(items, task);
  const { count, of } = unitsOf(items.length, groupsAmong(items));
  const half = new Set(random(SEED, "thresholds").sample(count, Math.floor(count / 2)));
  const choosing = judged.filter((_, i) => half.has(of[i]));
  const judging = judged.filter((_, i) => !half.has(of[i]));
  const curve = riskCoverage(
    choosing.map((row) => row.base.confidence),
    choosing.map((row) => row.base.good),
  );
  const kept = counts[task.kind];
  const points = WANTED.map((wanted) => curve.filter(({ risk }) => 1 - risk >= wanted).at(-1));
  const chosen = WANTED.flatMap((wanted, i): Threshold[] => {
    const name = `${kept} ≥ ${wanted}`;
    const at = points[i]?.threshold;
    if (at === undefined) return [unreached(name, kept, judging.length)];
    // Where a stricter wish is kept by the same threshold, that one is told.
    return at === points[i + 1]?.threshold ? [] : [compareAt({ name, at }, judging, task)];
  });
  return [...given.map((threshold) => compareAt(threshold, judged, task)), ...chosen];
}

interface Answered {
  readonly confidence: number;
  /** What `counts` names. */
  readonly good: boolean;
}

interface Row extends Readonly<Record<SideName, Answered>> {
  readonly group: string | null;
}

const counts = {
  classify: "right",
  extract: "wholly right",
  redact: "without a leak",
} as const satisfies Record<Task["kind"], Threshold["counts"]>;

function judgedBy(items: readonly Item[], task: ComparedTask): Row[] {
  const good = (side: SideName): boolean[] =>
    task.kind === "redact"
      ? scoresOf(items, side, task).map(({ characters }) => characters.leaked === 0)
      : rightOf(items, side, task);
  const [base, head] = [good("base"), good("head")];
  return items.map((item, i) => ({
    group: item.group,
    base: { confidence: item.base.confidence, good: base[i] },
    head: { confidence: item.head.confidence, good: head[i] },
  }));
}

function compareAt({ name, at }: GivenThreshold, rows: readonly Row[], { kind, margins }: ComparedTask): Threshold {
  const margin = { classify: margins.accuracy, extract: margins.record_exact, redact: margins.leaks }[kind];
  const taken = (side: SideName): boolean[] => rows.map((row) => row[side].confidence >= at);
  const [base, head] = [taken("base"), taken("head")];
  const groups = groupsOf(rows.map(({ group }) => group));
  const change: Taken = {
    coverage: pairedShares(discordance(base, head, groups)),
    share: shareChange(rows, base, head, groups),
  };
  const verdicts = [
    { of: `share ${counts[kind]}`, ...nonInferior(change.share, margin) },
    { of: "share answered", ...nonInferior(change.coverage, margin) },
  ];
  const first = (verdict: Threshold["verdict"]): (typeof verdicts)[number] | undefined =>
    verdicts.find((one) => one.verdict === verdict);
  const told = first("broken") ?? first("too small to tell") ?? verdicts[0];
  return {
    name,
    at,
    counts: counts[kind],
    n: rows.length,
    parent: takenBy(rows, "base", base, groups),
    child: takenBy(rows, "head", head, groups),
    change,
    verdict: told.verdict,
    reason: `change of the ${told.of}: ${told.reason}`,
  };
}

function takenBy(rows: readonly Row[], side: SideName, taken: readonly boolean[], groups: Groups): Taken {
  const answered = rows.flatMap((_, i) => (taken[i] ? [i] : []));
  return {
    coverage: shareOfItems(taken, groups),
    share: shareOfItems(
      answered.map((i) => rows[i][side].good),
      groupsAt(groups, answered),
    ),
  };
}

/** Of what each side takes, the share that is good: head - base, over items that are left out in turn. */
function shareChange(
  rows: readonly Row[],
  base: readonly boolean[],
  head: readonly boolean[],
  groups: Groups,
): Estimate {
  const share = (side: SideName, taken: readonly boolean[]): ReturnType<typeof ratioOf> =>
    ratioOf(
      rows.map((row, i) => Number(taken[i] && row[side].good)),
      taken.map(Number),
    );
  const none = [base, head].some((taken) => !taken.includes(true));
  return none
    ? undetermined("one of the two has no answer that reaches the threshold", rows.length)
    : pairedJackknife(share("base", base), share("head", head), rows.length, { groups });
}

function unreached(name: string, kept: Threshold["counts"], n: number): Threshold {
  const reason = `no confidence of the parent keeps as many answers ${kept}`;
  const none: Taken = { coverage: undetermined(reason, n), share: undetermined(reason, n) };
  return {
    name,
    at: null,
    counts: kept,
    n,
    parent: none,
    child: none,
    change: none,
    verdict: "not compared",
    reason,
  };
}
