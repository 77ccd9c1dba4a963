import { CharClass, classOf } from "./tables.ts";

/** A piece of text between UTF-16 offsets of the source. Spaces and ignorable characters belong to no segment. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: "word" | "number" | "punctuation";
}

/**
 * Splits text into words, numbers and single marks of punctuation, in order and without overlap:
 *   a run of letters, marks and digits is one word (a number when it is all digits);
 *   an apostrophe between letters and a full stop or comma between digits stay inside (don't, 1,250.00);
 *   each ideograph is a word of its own;
 *   every other visible character is one mark of punctuation, with the marks that combine with it.
 * It works on the source as it stands, so the offsets are the source's; classes come from the frozen tables.
 */
export function segment(text: string): Segment[] {
  const segments: Segment[] = [];
  const n = text.length;
  for (let i = 0; i < n;) {
    const c = text.codePointAt(i) as number;
    const kind = classOf(c);
    const start = i;
    i += c > 0xffff ? 2 : 1;
    if (kind === CharClass.space || kind === CharClass.ignorable) continue;
    if (kind === CharClass.letter || kind === CharClass.digit) {
      const run = wordEnd(text, start);
      i = run.end;
      segments.push({ start, end: i, kind: run.letters ? "word" : "number" });
    } else {
      i = marksEnd(text, i);
      segments.push({ start, end: i, kind: kind === CharClass.ideograph ? "word" : "punctuation" });
    }
  }
  return segments;
}

function wordEnd(text: string, start: number): { end: number; letters: boolean } {
  let letters = false;
  let end = start;
  let before: number = CharClass.other;
  for (let i = start; i < text.length;) {
    const c = text.codePointAt(i) as number;
    const kind = classOf(c);
    const next = i + (c > 0xffff ? 2 : 1);
    if (kind === CharClass.letter || kind === CharClass.digit) {
      letters ||= kind === CharClass.letter;
      before = kind;
      end = next;
    } else if (kind === CharClass.mark) {
      end = next;
    } else if (kind !== CharClass.ignorable) {
      const joins = isApostrophe(c) ? CharClass.letter : isPoint(c) ? CharClass.digit : CharClass.other;
      const after = next < text.length ? classOf(text.codePointAt(next) as number) : CharClass.other;
      if (joins === CharClass.other || before !== joins || after !== joins) break;
    }
    i = next;
  }
  return { end, letters };
}

function marksEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const c = text.codePointAt(i) as number;
    if (classOf(c) !== CharClass.mark) break;
    i += c > 0xffff ? 2 : 1;
  }
  return i;
}

function isApostrophe(c: number): boolean {
  return c === 0x27 || c === 0x2019;
}

function isPoint(c: number): boolean {
  return c === 0x2e || c === 0x2c;
}
