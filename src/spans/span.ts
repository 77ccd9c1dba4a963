import { z } from "zod";

/** A stretch of a text under a label: UTF-16 offsets as JavaScript strings count them, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/**
 * What is to be found in a text, or what was found. `value` is there where the training row gave a bare value instead of
 * a place; `unplaced` are such values that stand nowhere in the text: nothing can be trained on them, and an answer
 * without them is not right.
 */
export interface SpanTarget {
  /** In order of their starts, without overlap. */
  readonly spans: readonly (Span & { readonly value?: string })[];
  readonly unplaced: readonly { readonly label: string; readonly value: string }[];
}

/**
 * The printed form: a JSON list of [start, end, label], [start, end, label, value] or [label, value]. Two targets are
 * the same where they print the same.
 */
export function printSpans({ spans, unplaced }: SpanTarget): string {
  return JSON.stringify([
    ...spans.map(({ start, end, label, value }) =>
      value === undefined ? [start, end, label] : [start, end, label, value],
    ),
    ...unplaced.map(({ label, value }) => [label, value]),
  ]);
}

const offset = z.number().int().min(0);
const entries = z.array(
  z.union([
    z.tuple([offset, offset, z.string()]),
    z.tuple([offset, offset, z.string(), z.string()]),
    z.tuple([z.string(), z.string()]),
  ]),
);

/** Reads what printSpans wrote. */
export function parseSpans(printed: string): SpanTarget {
  const spans: SpanTarget["spans"][number][] = [];
  const unplaced: SpanTarget["unplaced"][number][] = [];
  for (const entry of entries.parse(JSON.parse(printed))) {
    if (entry.length === 2) unplaced.push({ label: entry[0], value: entry[1] });
    else if (entry.length === 3) spans.push({ start: entry[0], end: entry[1], label: entry[2] });
    else spans.push({ start: entry[0], end: entry[1], label: entry[2], value: entry[3] });
  }
  return { spans, unplaced };
}
