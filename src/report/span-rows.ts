import { placedBy } from "../kinds/extract/fields.ts";
import { type ScoredSpans, scoreRow } from "../kinds/span-measure.ts";
import type { Example } from "../record/dataset.ts";
import type { Answer, Judged, Reported } from "../record/reported.ts";
import type { Span } from "../spans/span.ts";
import { examplesById } from "./words.ts";

/** A judged row of a kind with spans: what was wanted of its text, and what was found there. */
export interface SpanRow extends ScoredSpans {
  readonly answer: Answer;
  readonly example: Example;
}

/** The rows that a candidate was judged on, with their texts. */
export function spanRows({ dataset, manifest }: Reported, { answers }: Judged): SpanRow[] {
  const byId = examplesById(dataset);
  const placing = manifest.kind === "extract" ? placedBy(manifest.spans?.fields ?? {}) : undefined;
  return answers.flatMap((answer): SpanRow[] => {
    const example = byId.get(answer.id);
    if (example === undefined || example.target === null) return [];
    const { text, target } = example;
    return [{ answer, example, ...scoreRow({ text, target, answer }, [], placing) }];
  });
}

/** How one span of a text stands: wanted, found, or both, perhaps with other ends or under another label. */
export interface Meeting {
  readonly wanted: Span | null;
  /** Of what was found over it, what has its label, else the first. */
  readonly found: Span | null;
}

/** Every wanted span with what was found over it, then what was found where nothing is wanted; in order of their starts. */
export function meetings({ wanted, found }: Pick<SpanRow, "wanted" | "found">): Meeting[] {
  const met = wanted.spans.map((want): Meeting => {
    const over = found.filter((span) => overlap(span, want));
    return { wanted: want, found: over.find((span) => span.label === want.label) ?? over[0] ?? null };
  });
  const strays = found
    .filter((span) => !wanted.spans.some((want) => overlap(span, want)))
    .map((span): Meeting => ({ wanted: null, found: span }));
  const start = ({ wanted, found }: Meeting): number => (wanted ?? found)?.start ?? 0;
  return [...met, ...strays].sort((a, b) => start(a) - start(b));
}

export function isExact({ wanted, found }: Meeting): boolean {
  return wanted?.start === found?.start && wanted?.end === found?.end && wanted?.label === found?.label;
}

function overlap(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
