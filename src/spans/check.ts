import type { FaultCode } from "../base/fault.ts";
import { CharClass, classOf } from "../text/tables.ts";
import { isCharacterEdge } from "./grapheme.ts";
import type { OffsetUnit } from "./offset-unit.ts";
import type { Span } from "./span.ts";
import { convertOffsets, type GivenSpan } from "./units.ts";

/** Why the spans of a row cannot be used. Names numbers, offsets and labels, never a word of the text. */
export interface SpanProblem {
  readonly code: FaultCode;
  readonly why: string;
}

export interface CheckedSpans {
  /** In order of their starts, in UTF-16 units. */
  readonly spans: readonly Span[];
  /** How many had white space at an end, which was taken off. */
  readonly trimmed: number;
}

/**
 * The spans of a training row, sound: inside the text, on the edges of characters, not empty, without overlap. White space
 * at the ends of a span is taken off, and a span given twice counts once; everything else that is wrong is refused.
 */
export function checkSpans(
  text: string,
  given: readonly GivenSpan[],
  unit: OffsetUnit = "utf16",
): CheckedSpans | SpanProblem {
  for (const [i, { start, end }] of given.entries()) {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0) {
      return problem("data/span-offset", given, i, "its ends are not whole numbers from 0 on");
    }
    if (end <= start) return problem("data/span-empty", given, i, "it ends where it begins, or before");
  }
  const converted = convertOffsets(text, unit, given);
  const sound: (Span & { readonly i: number })[] = [];
  let trimmed = 0;
  for (const [i, { start, end, label, text: covered }] of converted.entries()) {
    if (start < 0 || end < 0) return outside(text, given, i, unit);
    if (!isCharacterEdge(text, start) || !isCharacterEdge(text, end)) {
      return problem("data/span-character", given, i, "it begins or ends inside a character");
    }
    if (covered !== undefined && covered.trim() !== text.slice(start, end).trim()) {
      return problem("data/span-text", given, i, "the text there is not the one that the row gives with it");
    }
    const span = trim(text, start, end);
    if (!isVisible(text, span)) return problem("data/span-blank", given, i, "it covers nothing that can be seen");
    if (span.start !== start || span.end !== end) trimmed++;
    sound.push({ ...span, label, i });
  }
  sound.sort((a, b) => a.start - b.start || a.end - b.end || a.i - b.i);
  const spans: Span[] = [];
  for (const [at, { start, end, label, i }] of sound.entries()) {
    const last = spans.at(-1);
    if (last?.start === start && last.end === end && last.label === label) continue;
    if (last !== undefined && start < last.end) {
      return problem("data/span-overlap", given, i, `it overlaps ${named(given, sound[at - 1].i)}`);
    }
    spans.push({ start, end, label });
  }
  return { spans, trimmed };
}

export function isSpanProblem(result: CheckedSpans | SpanProblem): result is SpanProblem {
  return "code" in result;
}

function outside(text: string, given: readonly GivenSpan[], i: number, unit: OffsetUnit): SpanProblem {
  const length = unit === "byte" ? Buffer.byteLength(text) : unit === "codepoint" ? [...text].length : text.length;
  if (given[i].end <= length) return problem("data/span-character", given, i, "it begins or ends inside a character");
  return problem("data/span-outside", given, i, `the text ends at ${length}`);
}

function problem(code: FaultCode, given: readonly GivenSpan[], i: number, why: string): SpanProblem {
  return { code, why: `${named(given, i)}: ${why}` };
}

function named(given: readonly GivenSpan[], i: number): string {
  const { start, end, label } = given[i];
  return `span ${i + 1} (${JSON.stringify(label)}, ${start} to ${end})`;
}

function trim(text: string, start: number, end: number): { start: number; end: number } {
  const blank = (at: number): boolean => classOf(text.charCodeAt(at)) === CharClass.space;
  while (start < end && blank(start)) start++;
  while (end > start && blank(end - 1)) end--;
  return { start, end };
}

function isVisible(text: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  for (let i = start; i < end; i++) {
    const kind = classOf(text.codePointAt(i) as number);
    if (kind !== CharClass.space && kind !== CharClass.ignorable) return true;
  }
  return false;
}
