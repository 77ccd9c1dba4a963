import { isCharacterEdge } from "./grapheme.ts";
import { type OffsetUnit, offsetUnits } from "./offset-unit.ts";
import type { Span } from "./span.ts";
import { tokensOf } from "./tokens.ts";

/** A span as a row gives it; `text`, where the row has it, is what the span is said to cover. */
export interface GivenSpan extends Span {
  readonly text?: string;
}

export interface UnitFinding {
  /** The unit under which most rows fit; utf16 before code points before bytes where it makes no difference. */
  readonly unit: OffsetUnit;
  /** Rows in which it makes a difference which unit is meant. */
  readonly telling: number;
  /** Of the telling rows those that fit: every span in the text, on the edges of tokens, and its text as given. */
  readonly fits: Readonly<Record<OffsetUnit, number>>;
}

/** Which unit the offsets of many rows count. */
export function offsetUnit(
  rows: Iterable<{ readonly text: string; readonly spans: readonly GivenSpan[] }>,
): UnitFinding {
  const fits = { utf16: 0, codepoint: 0, byte: 0 };
  let telling = 0;
  for (const { text, spans } of rows) {
    if (spans.length === 0 || isAscii(text)) continue;
    const readings = offsetUnits.map((unit) => convertOffsets(text, unit, spans));
    const [utf16] = readings;
    if (readings.every((r) => r.every(({ start, end }, i) => start === utf16[i].start && end === utf16[i].end)))
      continue;
    telling++;
    const edges = new Set(tokensOf(text));
    offsetUnits.forEach((unit, u) => {
      if (readings[u].every((span) => fitsText(text, span, edges))) fits[unit]++;
    });
  }
  const unit = offsetUnits.reduce((best, other) => (fits[other] > fits[best] ? other : best));
  return { unit, telling, fits };
}

/** Why the named unit cannot be meant, in words for a person; undefined where nothing speaks clearly against it. */
export function unitMisfit(named: OffsetUnit, { unit, telling, fits }: UnitFinding): string | undefined {
  if (fits[unit] <= fits[named] || fits[unit] < 2 * fits[named]) return undefined;
  const rows = telling === 1 ? "the one row" : `${telling} rows`;
  return `the offsets count ${words[unit]}, not ${words[named]}: of ${rows} where that makes a difference ${fits[unit]} ${fits[unit] === 1 ? "fits" : "fit"} then, ${fits[named]} as they are`;
}

const words: Readonly<Record<OffsetUnit, string>> = {
  utf16: "UTF-16 units",
  codepoint: "code points",
  byte: "bytes of UTF-8",
};

/**
 * Spans with their offsets in UTF-16 units. An offset that lies inside a character of several bytes or behind the text
 * comes out as -1, which no check lets pass.
 */
export function convertOffsets<S extends Span>(text: string, unit: OffsetUnit, spans: readonly S[]): S[] {
  if (unit === "utf16") {
    const inside = (at: number): number => (at <= text.length ? at : -1);
    return spans.map((span) => ({ ...span, start: inside(span.start), end: inside(span.end) }));
  }
  const places = new Map<number, number>();
  const wanted = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  let counted = 0;
  let i = 0;
  for (const offset of wanted) {
    while (counted < offset && i < text.length) {
      const c = text.codePointAt(i) as number;
      i += c > 0xffff ? 2 : 1;
      counted += unit === "codepoint" ? 1 : c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }
    if (counted === offset) places.set(offset, i);
  }
  const place = (offset: number): number => places.get(offset) ?? -1;
  return spans.map((span) => ({ ...span, start: place(span.start), end: place(span.end) }));
}

function fitsText(text: string, { start, end, text: given }: GivenSpan, edges: ReadonlySet<number>): boolean {
  if (start < 0 || end <= start) return false;
  if (given !== undefined) return text.slice(start, end) === given;
  return edges.has(start) && edges.has(end) && isCharacterEdge(text, start) && isCharacterEdge(text, end);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
