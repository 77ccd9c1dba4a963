import { CharClass, classOf } from "../../text/tables.ts";
import { figureStarts } from "./figures.ts";

/** Where a pattern was found: UTF-16 offsets, end exclusive. `value` is the finding without its dress: digits alone, say. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly pattern: string;
  readonly value: string;
}

export type Emit = (start: number, end: number, value: string) => void;

/**
 * A shape that can be told from its characters, with a check where one is known.
 *
 * Laws: `find` emits within the text, never an empty stretch, never half a surrogate pair; its work is bounded by a
 * constant for each character, whatever the text.
 */
export interface Pattern {
  /** What it finds, for people. */
  readonly about: string;
  /** Characters without which a text cannot hold a match. */
  readonly needs: "digit" | "@" | "." | ":" | "none";
  find(text: string, emit: Emit): void;
}

/**
 * Where all matches of an expression begin, so that it is tried nowhere else. "figure": with a digit that no ASCII letter
 * or digit stands before, or with a sign or opening bracket that a digit, plus or opening bracket follows.
 */
export type Starts = "figure";

/** No match: the shape is there, but its check says no. */
export const NO = null;

/**
 * A pattern's `find` from an expression and a check of what it found: the value, or NO. The expression is global and
 * every repetition in it is bounded. A match that touches a letter or digit outside is none.
 */
export function matching(
  expression: RegExp,
  check: (found: string, text: string, end: number) => string | null = (found) => found,
  starts?: Starts,
): (text: string, emit: Emit) => void {
  if (starts === "figure") return matchingAt(figureStarts, expression, check);
  return (text, emit) => {
    expression.lastIndex = 0;
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      const start = match.index;
      const end = start + match[0].length;
      const value = standsAlone(text, start, end) ? check(match[0], text, end) : NO;
      if (value === NO) expression.lastIndex = start + 1;
      else emit(start, end, value);
    }
  };
}

/** The same, tried only where figures start. */
function matchingAt(
  placesOf: (text: string) => Int32Array,
  expression: RegExp,
  check: (found: string, text: string, end: number) => string | null,
): (text: string, emit: Emit) => void {
  const here = new RegExp(expression.source, expression.flags.replace("g", "y"));
  return (text, emit) => {
    let next = 0;
    for (const start of placesOf(text)) {
      if (start < next) continue;
      here.lastIndex = start;
      const found = here.exec(text)?.[0];
      if (found === undefined) continue;
      const end = start + found.length;
      const value = standsAlone(text, start, end) ? check(found, text, end) : NO;
      if (value === NO) continue;
      next = end;
      emit(start, end, value);
    }
  };
}

/** Several finds as one. */
export function any(...finds: readonly Pattern["find"][]): Pattern["find"] {
  return (text, emit) => {
    for (const find of finds) find(text, emit);
  };
}

/** Whether no letter or digit of any script stands against the stretch where it ends in one itself. */
export function standsAlone(text: string, start: number, end: number): boolean {
  return (
    !(joined(before(text, start)) && joined(text.codePointAt(start))) &&
    !(joined(text.codePointAt(end)) && joined(before(text, end)))
  );
}

function joined(c: number | undefined): boolean {
  if (c === undefined) return false;
  const kind = classOf(c);
  return kind === CharClass.letter || kind === CharClass.digit || kind === CharClass.mark;
}

function before(text: string, at: number): number | undefined {
  if (at === 0) return undefined;
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? text.codePointAt(at - 2) : unit;
}

/** Digits and letters of a written form, upper case, without what separates them. */
export function compact(found: string): string {
  return found.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
}
