import { asciiClass, CharClass, classOf } from "../text/tables.ts";
import { extendsCharacter, symbolEnd } from "./grapheme.ts";

/**
 * The tokens of a text as start/end pairs, UTF-16: [2 n], in order, without overlap. Finer than text/segment, so that
 * spans nearly always begin and end at a token's edge: a run of letters with their marks, a run of digits, and every other
 * visible character alone, also apostrophes, full stops, commas and hyphens, with what extends it. White space and
 * invisible characters belong to no token, unless they stand inside one.
 */
export function tokensOf(text: string): Int32Array<ArrayBuffer> {
  const n = text.length;
  let pairs = new Int32Array(Math.max(16, n >> 1));
  let used = 0;
  for (let i = 0; i < n;) {
    const unit = text.charCodeAt(i);
    const c = unit < 0xd800 || unit > 0xdfff ? unit : (text.codePointAt(i) as number);
    const kind = c < 128 ? asciiClass[c] : classOf(c);
    if (kind === CharClass.space || kind === CharClass.ignorable) {
      i += c > 0xffff ? 2 : 1;
      continue;
    }
    const start = i;
    i = kind === CharClass.letter || kind === CharClass.digit ? runEnd(text, i, kind) : symbolEnd(text, i);
    if (used + 2 > pairs.length) {
      const wider = new Int32Array(pairs.length * 2);
      wider.set(pairs);
      pairs = wider;
    }
    pairs[used++] = start;
    pairs[used++] = i;
  }
  return pairs.slice(0, used);
}

/** The end of a run of one class; invisible characters (soft hyphens) are passed over where the run goes on behind them. */
function runEnd(text: string, start: number, kind: number): number {
  const n = text.length;
  let end = start;
  for (let i = start; i < n;) {
    const unit = text.charCodeAt(i);
    if (unit < 128) {
      if (asciiClass[unit] !== kind) break;
      end = ++i;
      continue;
    }
    const c = unit < 0xd800 || unit > 0xdfff ? unit : (text.codePointAt(i) as number);
    i += c > 0xffff ? 2 : 1;
    const here = classOf(c);
    if (here === kind || extendsCharacter(c)) end = i;
    else if (here !== CharClass.ignorable) break;
  }
  return end;
}
