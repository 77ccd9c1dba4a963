import { Fault } from "../base/fault.ts";
import type { Redact, Replacement } from "./document.ts";
import { refuseStopped } from "./source.ts";

/** The text with each replacement in its place. */
export function replaceIn(text: string, replacements: readonly Replacement[]): string {
  let out = "";
  let at = 0;
  for (const { start, end, replacement } of replacements) {
    out += text.slice(at, start) + replacement;
    at = end;
  }
  return out + text.slice(at);
}

/** Texts that are asked about at one time, so that whoever answers can batch them. */
const together = 256;

/** What is to go out of each of the texts. Each is asked about once; those without a letter or digit are not at all. */
export async function askAll(
  texts: readonly string[],
  redact: Redact,
  signal?: AbortSignal,
  spaces: "as written" | "as one" = "as written",
): Promise<(readonly Replacement[])[]> {
  const unique = [...new Set(texts)];
  const answers = new Map<string, readonly Replacement[]>();
  for (let at = 0; at < unique.length; at += together) {
    refuseStopped(signal);
    const some = unique.slice(at, at + together);
    const told = await Promise.all(some.map((text) => ask(text, redact, spaces)));
    for (const [i, text] of some.entries()) answers.set(text, told[i]);
  }
  return texts.map((text) => answers.get(text) ?? []);
}

/**
 * What is to go out of a text, in its own offsets. Characters that nobody sees (a soft hyphen, a zero-width space) are
 * kept from whoever answers, since they would hide a name from it; they go where the characters around them go. So are,
 * with spaces "as one", all but the first of several spaces, where the document's format shows them as one.
 */
export async function ask(
  text: string,
  redact: Redact,
  spaces: "as written" | "as one" = "as written",
): Promise<readonly Replacement[]> {
  if (!/[\p{L}\p{N}]/u.test(text)) return [];
  const hidden = spaces === "as one" ? invisibleOrRepeated : invisible;
  if (!hidden.test(text)) return checked(await redact(text), text);
  const places: number[] = [];
  let seen = "";
  for (let i = 0; i < text.length; i++) {
    const isRepeated = spaces === "as one" && text[i] === " " && seen.endsWith(" ");
    if (isRepeated || invisible.test(text[i])) continue;
    places.push(i);
    seen += text[i];
  }
  return checked(await redact(seen), seen).map((r) => ({ ...r, start: places[r.start], end: places[r.end - 1] + 1 }));
}

const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;
const invisibleOrRepeated = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]| {2}/;

/** Whoever answers is not trusted to have counted right: a wrong offset would leave in what should go. */
function checked(replacements: readonly Replacement[], text: string): readonly Replacement[] {
  let before = 0;
  for (const { start, end } of replacements) {
    const whole = Number.isInteger(start) && Number.isInteger(end) && !splits(text, start) && !splits(text, end);
    if (!whole || start < before || end <= start || end > text.length) {
      throw new Fault("document/replacements", {
        what: `what was to be replaced is no stretch of the text: ${start} to ${end} of ${text.length}`,
        why: "replacements are sorted, do not overlap, and count UTF-16 units",
      });
    }
    before = end;
  }
  return replacements;
}

function splits(text: string, at: number): boolean {
  const isHigh = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return isHigh && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
