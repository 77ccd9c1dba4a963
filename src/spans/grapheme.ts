import { CharClass, classOf } from "../text/tables.ts";

/**
 * Where characters as readers count them may be parted, by the frozen tables. After Unicode Annex 29 (extended grapheme
 * clusters), with these simplifications, all of which join more rather than less: any two pictures with a joiner between
 * them stay together, and any mark stays with what is before it.
 */

const JOINER = 0x200d;

/** Marks, joiners, variation selectors, tags and skin tones: what never begins a character of its own. */
export function extendsCharacter(c: number): boolean {
  if (c < 0x300) return false;
  if (c >= 0x1f3fb && c <= 0x1f3ff) return true;
  const kind = classOf(c);
  if (kind === CharClass.mark) return true;
  if (kind !== CharClass.ignorable) return false;
  return (
    c === 0x34f ||
    c === 0x200c ||
    c === JOINER ||
    (c >= 0x17b4 && c <= 0x17b5) ||
    (c >= 0x180b && c <= 0x180f && c !== 0x180e) ||
    (c >= 0xfe00 && c <= 0xfe0f) ||
    (c >= 0xe0020 && c <= 0xe007f) ||
    (c >= 0xe0100 && c <= 0xe01ef)
  );
}

/** Two of these make one flag. */
export function isRegional(c: number): boolean {
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/**
 * The end of the character that begins at `start` and is no letter, digit or space: with everything that extends it, what
 * a joiner ties to it, and the second half of a flag.
 */
export function symbolEnd(text: string, start: number): number {
  const first = text.codePointAt(start) as number;
  let i = start + width(first);
  if (first < 128 && !(text.charCodeAt(i) >= 0x300)) return i;
  if (isRegional(first)) {
    const second = i < text.length ? (text.codePointAt(i) as number) : 0;
    if (isRegional(second)) i += 2;
  }
  let joined = false;
  const picture = isPicture(first);
  while (i < text.length) {
    const c = text.codePointAt(i) as number;
    if (!extendsCharacter(c) && !(joined && picture && isPicture(c))) break;
    joined = c === JOINER;
    i += width(c);
  }
  return i;
}

/** Whether offset `at` may end one span and begin another: not inside a surrogate pair or a character. */
export function isCharacterEdge(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  if (unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff) return false;
  if (unit < 0x300) return !(unit === 0x0a && before === 0x0d);
  const c = text.codePointAt(at) as number;
  const previous = codePointBefore(text, at);
  if (extendsCharacter(c)) return !isBase(baseBefore(text, at));
  if (previous === JOINER && isPicture(c)) return !isPicture(baseBefore(text, at));
  return !(isRegional(c) && isRegional(previous) && regionalsBefore(text, at) % 2 === 1);
}

function isPicture(c: number): boolean {
  return c > 0x2000 && classOf(c) === CharClass.punctuation;
}

/** What marks can stand on: not the text's start (0), white space, or what nobody sees. */
function isBase(c: number): boolean {
  const kind = classOf(c);
  return c > 0 && kind !== CharClass.space && kind !== CharClass.ignorable;
}

/** The code point before `at` and before all that extends it; 0 where there is none. */
function baseBefore(text: string, at: number): number {
  for (let i = at; i > 0;) {
    const c = codePointBefore(text, i);
    if (!extendsCharacter(c)) return c;
    i -= width(c);
  }
  return 0;
}

function regionalsBefore(text: string, at: number): number {
  let count = 0;
  for (let i = at; i > 0 && isRegional(codePointBefore(text, i)); i -= 2) count++;
  return count;
}

function codePointBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  if (unit < 0xdc00 || unit > 0xdfff || at < 2) return unit;
  const c = text.codePointAt(at - 2) as number;
  return c > 0xffff ? c : unit;
}

function width(c: number): number {
  return c > 0xffff ? 2 : 1;
}
