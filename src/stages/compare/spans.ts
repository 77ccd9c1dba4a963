import { kindOf } from "../../kinds/table.ts";
import type { CheckLine } from "../../record/check.ts";
import type { Task } from "../../record/task.ts";
import type { SpanScore } from "../../spans/score.ts";
import type { Statistic } from "../../stats/bootstrap.ts";
import { type Estimate, undetermined } from "../../stats/estimate.ts";
import { pairedJackknife } from "../../stats/jackknife.ts";
import { discordance } from "../../stats/mcnemar.ts";
import type { Groups } from "../../stats/units.ts";
import { groupsAmong, type Item, type SideName } from "./item.ts";
import { lineOf, shareLine } from "./line.ts";
import { ratioOf } from "./weighted.ts";

interface Scores {
  readonly base: readonly SpanScore[];
  readonly head: readonly SpanScore[];
  readonly groups: Groups;
}

/**
 * What kinds with spans are held to: F1 of exact spans; texts wholly right; of redact also the texts that keep a leak and the
 * characters that leak. Spans and characters of one text are not independent, so it is texts, or groups of texts, that are left out in turn.
 */
export function spanLines(items: readonly Item[], task: Pick<Task, "kind" | "spans" | "margins">): CheckLine[] {
  const { kind, margins } = task;
  const scores = scoresOfBoth(items, task);
  const shares = (of: (score: SpanScore) => boolean): ReturnType<typeof discordance> =>
    discordance(scores.base.map(of), scores.head.map(of), scores.groups);
  return [
    lineOf("span_f1", f1Change(scores), margins.span_f1),
    shareLine(
      "record_exact",
      shares(({ right }) => right),
      margins.record_exact,
    ),
    ...(kind === "redact"
      ? [
          shareLine(
            "leak_documents",
            shares(({ characters }) => characters.leaked > 0),
            margins.leaks,
          ),
          lineOf("leak_characters", leakChange(scores), margins.leaks),
        ]
      : []),
  ];
}

/** F1 of exact spans, head - base. */
export function f1Difference(items: readonly Item[], task: Pick<Task, "kind" | "spans">): Estimate {
  return f1Change(scoresOfBoth(items, task));
}

function scoresOfBoth(items: readonly Item[], task: Pick<Task, "kind" | "spans">): Scores {
  return {
    base: scoresOf(items, "base", task),
    head: scoresOf(items, "head", task),
    groups: groupsAmong(items),
  };
}

export function scoresOf(
  items: readonly Item[],
  side: SideName,
  { kind, spans }: Pick<Task, "kind" | "spans">,
): readonly SpanScore[] {
  const { scoreOf } = kindOf(kind);
  if (scoreOf === null) throw new TypeError(`answers of kind ${kind} are no spans`);
  return items.map(({ text, target, [side]: answer }) => scoreOf({ text, target, answer }, spans));
}

/** 2·hits/(2·hits + strays + misses). */
function f1Change({ base, head, groups }: Scores): Estimate {
  const f1 = (scores: readonly SpanScore[]): Statistic =>
    ratioOf(
      scores.map(({ exact }) => 2 * exact.hits),
      scores.map(({ exact }) => 2 * exact.hits + exact.strays + exact.misses),
    );
  const change = pairedJackknife(f1(base), f1(head), base.length, { groups });
  return base.some(touches) || head.some(touches)
    ? change
    : undetermined("nothing is marked in these texts and nothing was found", base.length);
}

function touches({ exact }: SpanScore): boolean {
  return exact.hits + exact.strays + exact.misses > 0;
}

/** Characters that leak, of those that are to be redacted. */
function leakChange({ base, head, groups }: Scores): Estimate {
  const leaks = (scores: readonly SpanScore[]): Statistic =>
    ratioOf(
      scores.map(({ characters }) => characters.leaked),
      scores.map(({ characters }) => characters.right),
    );
  if (!base.some(({ characters }) => characters.right > 0)) {
    return undetermined("nothing in these texts is to be redacted", base.length);
  }
  return pairedJackknife(leaks(base), leaks(head), base.length, { groups });
}
