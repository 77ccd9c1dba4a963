import { normalise } from "../normalise.ts";
import { CharClass, classOf } from "../tables.ts";

/** Hyphens, dashes and the minus sign. */
const DASHES = /[\u00ad\u02d7\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
const SINGLE_QUOTES = /[\u0060\u00b4\u2018-\u201b\u2032]/g;
const DOUBLE_QUOTES = /[\u00ab\u00bb\u201c-\u201f\u2033]/g;

/** Variants of hyphens and quotes as the plain keys type them; lengths stay as they are. */
export function plainMarks(text: string): string {
  return text.replace(DASHES, "-").replace(SINGLE_QUOTES, "'").replace(DOUBLE_QUOTES, '"');
}

/** Written text on one line: compatibility forms unified, every run of white space one space; case and marks stay. */
export function tidyText(text: string): string {
  return normalise(text, { lower: false });
}

/**
 * The form under which two written texts are equal: case folded, hyphens and quotes plain, and white space only where it
 * parts two words (line breaks and "SDN . BHD" are no difference). Law: foldPlain(foldPlain(x)) = foldPlain(x).
 */
export function foldPlain(text: string): string {
  const plain = normalise(plainMarks(normalise(text)));
  let out = "";
  for (let i = 0; i < plain.length; i++) {
    if (plain[i] === " " && (isMark(plain, i - 1) || isMark(plain, i + 1))) continue;
    out += plain[i];
  }
  return out;
}

function isMark(text: string, at: number): boolean {
  const c = text.codePointAt(at);
  if (c === undefined) return true;
  const low = c >= 0xdc00 && c <= 0xdfff && at > 0 ? (text.codePointAt(at - 1) as number) : c;
  return classOf(low) === CharClass.punctuation;
}
