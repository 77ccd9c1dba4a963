import type { Confusion, Quality, Slice } from "../record/evaluation.ts";
import { scoreSpans, type SpanCounts, type SpanScore } from "../spans/score.ts";
import { parseSpans, type Span, type SpanTarget } from "../spans/span.ts";
import { f1OfGroups, shareOfItems, sharesOfGroups } from "../stats/interval/share.ts";
import { type Groups, groupsAt, groupsOf } from "../stats/units.ts";
import { commonest } from "./confusions.ts";
import type { Measurement, Members, ScoredRow } from "./kind.ts";
import { byColumn, byLength } from "./slices.ts";

/** A row that was scored: what is wanted, what was found, and how the two stand. */
export interface ScoredSpans {
  readonly wanted: SpanTarget;
  readonly found: readonly Span[];
  readonly score: SpanScore;
}

type JudgedRow = Pick<ScoredRow, "text" | "target" | "answer">;

/** Turns what is wanted into places, seen what was found: extract's bare values have none of their own. */
export type Placing = (wanted: SpanTarget, found: readonly Span[], text: string) => SpanTarget;

export function scoreRow(
  row: JudgedRow,
  labels: readonly string[],
  placing: Placing = (wanted) => wanted,
): ScoredSpans {
  const found = parseSpans(row.answer.label).spans;
  const wanted = placing(parseSpans(row.target), found, row.text);
  return { wanted, found, score: scoreSpans(row.text, wanted, found, labels) };
}

/** Figures overall, by label, by length and by column; and which label is taken for which. */
export function measureSpans(
  rows: readonly ScoredRow[],
  overall: (scored: readonly ScoredSpans[], groups: Groups) => Quality,
  placing?: Placing,
): Measurement {
  const labels = labelsOf(rows);
  const scored = rows.map((row) => scoreRow(row, labels, placing));
  const groups = groupsOf(rows.map(({ group }) => group));
  const on = ({ name, rows: members }: Members): Slice => {
    const scores = members.map((i) => scored[i].score);
    const own = groupsAt(groups, members);
    const { span_f1 } = spanFigures(
      scores.map((s) => s.exact),
      own,
    );
    return { name, n: members.length, quality: { span_f1, record_exact: recordRight(scores, own) } };
  };
  return {
    quality: overall(scored, groups),
    slices: [...byLabel(scored, labels, groups), ...[...byLength(rows), ...byColumn(rows)].map(on)],
    confusions: confusions(scored),
  };
}

function labelsOf(rows: readonly JudgedRow[]): string[] {
  const labels = new Set<string>();
  for (const { target, answer } of rows) {
    for (const { spans, unplaced } of [parseSpans(target), parseSpans(answer.label)]) {
      for (const { label } of spans) labels.add(label);
      for (const { label } of unplaced) labels.add(label);
    }
  }
  return [...labels].sort();
}

/** F1, recall and precision of spans, the texts or their groups being what is independent (spans of one text are not). */
export function spanFigures(
  counts: readonly SpanCounts[],
  groups: Groups,
): Record<"span_f1" | "span_recall" | "span_precision", Quality[string]> {
  const hits = counts.map((c) => c.hits);
  const strays = counts.map((c) => c.strays);
  const misses = counts.map((c) => c.misses);
  const sums = (of: (c: SpanCounts) => number): number[] => counts.map((c) => c.hits + of(c));
  return {
    span_f1: f1OfGroups(hits, strays, misses, { groups }),
    span_recall: sharesOfGroups(
      hits,
      sums((c) => c.misses),
      { groups },
    ),
    span_precision: sharesOfGroups(
      hits,
      sums((c) => c.strays),
      { groups },
    ),
  };
}

/** Share of texts in which everything is found and nothing else. */
export function recordRight(scores: readonly SpanScore[], groups: Groups): Quality[string] {
  return shareOfItems(
    scores.map(({ right }) => right),
    groups,
  );
}

function byLabel(scored: readonly ScoredSpans[], labels: readonly string[], groups: Groups): Slice[] {
  return labels.map((label, k) => {
    const own = scored.map(({ score }) => score.byLabel[k].exact);
    const { span_f1, span_recall, span_precision } = spanFigures(own, groups);
    const n = own.reduce((sum, c) => sum + c.hits + c.misses, 0);
    return { name: `label=${label}`, n, quality: { span_recall, span_precision, span_f1 } };
  });
}

const NOTHING = "—";

/** A wanted span under which another label was found, or nothing ("—"); a found one where nothing was wanted. */
function confusions(scored: readonly ScoredSpans[]): Confusion[] {
  const pairs = new Map<string, { truth: string; predicted: string; n: number }>();
  const count = (truth: string, predicted: string): void => {
    const key = JSON.stringify([truth, predicted]);
    const pair = pairs.get(key) ?? { truth, predicted, n: 0 };
    pair.n++;
    pairs.set(key, pair);
  };
  for (const { wanted, found } of scored) {
    for (const want of wanted.spans) {
      const over = found.filter((span) => overlap(span, want));
      if (!over.some((span) => span.label === want.label)) count(want.label, over[0]?.label ?? NOTHING);
    }
    for (const span of found) if (!wanted.spans.some((want) => overlap(span, want))) count(NOTHING, span.label);
  }
  return commonest(pairs.values());
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
