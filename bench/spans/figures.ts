import type { Example } from "../../src/record/dataset.ts";
import { scoreSpans, type SpanCounts, type SpanScore } from "../../src/spans/score.ts";
import { parseSpans, type Span } from "../../src/spans/span.ts";
import type { Statistic } from "../../src/stats/bootstrap.ts";
import { type Estimate, printEstimate } from "../../src/stats/estimate.ts";
import { f1OfGroups } from "../../src/stats/interval/share.ts";
import { jackknife, pairedJackknife } from "../../src/stats/jackknife.ts";

export function scoresOf(rows: readonly Example[], found: readonly (readonly Span[])[]): SpanScore[] {
  return rows.map(({ text, target }, i) => scoreSpans(text, parseSpans(target ?? "[]"), found[i], []));
}

/** Micro F1 of exact spans; texts are what is independent, or groups of them. */
export function f1(scores: readonly SpanScore[], groups?: readonly number[]): Estimate {
  const counts = scores.map((s) => s.exact);
  if (groups !== undefined) return jackknife(f1Of(counts), counts.length, { groups });
  return f1OfGroups(
    counts.map((c) => c.hits),
    counts.map((c) => c.strays),
    counts.map((c) => c.misses),
  );
}

/** F1 of the second less F1 of the first, on the same texts. */
export function f1Difference(
  base: readonly SpanScore[],
  head: readonly SpanScore[],
  groups?: readonly number[],
): Estimate {
  const [b, h] = [base, head].map((scores) => f1Of(scores.map((s) => s.exact)));
  return pairedJackknife(b, h, base.length, groups === undefined ? {} : { groups });
}

function f1Of(counts: readonly SpanCounts[]): Statistic {
  return (weights) => {
    let hits = 0;
    let wrong = 0;
    counts.forEach((c, i) => {
      hits += weights[i] * c.hits;
      wrong += weights[i] * (c.strays + c.misses);
    });
    return (2 * hits) / (2 * hits + wrong);
  };
}

export const points = (estimate: Estimate): string => printEstimate(estimate, 4);
