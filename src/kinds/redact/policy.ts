import { createHmac } from "node:crypto";
import { Fault } from "../../base/fault.ts";
import type { CategorySpec } from "../../record/spans.ts";
import type { Span } from "../../spans/span.ts";
import { normalise } from "../../text/normalise.ts";

/** What stands in a document in place of each span that was found. */

/** A replacement for each span of a text, in order. */
export type Replacer = (text: string, spans: readonly Span[]) => string[];

/**
 * The replacer of one document, however many texts it comes in: equal values (case and spacing folded) of one label get
 * equal pseudonyms throughout.
 */
export function replacerOf(categories: Readonly<Record<string, CategorySpec>>, secret: string | undefined): Replacer {
  const numbered = new Map<string, Map<string, number>>();
  const replace = (text: string, { start, end, label }: Span): string => {
    const value = text.slice(start, end);
    const { policy, scope, keep } = categories[label] ?? { policy: "placeholder", scope: "document", keep: 1 };
    if (policy === "mask") return masked(value);
    if (policy === "keep_first") return keepFirst(value, keep);
    if (policy === "placeholder") return `[${label}]`;
    const folded = normalise(value);
    if (scope === "corpus") return `[${label}-${pseudonym(label, folded, secret)}]`;
    const known = numbered.get(label) ?? new Map<string, number>();
    numbered.set(label, known);
    if (!known.has(folded)) known.set(folded, known.size + 1);
    return `[${label}-${known.get(folded)}]`;
  };
  return (text, spans) => spans.map((span) => replace(text, span));
}

/** The text with each span replaced. */
export function replaced(text: string, spans: readonly Span[], by: readonly string[]): string {
  let out = "";
  let at = 0;
  spans.forEach(({ start, end }, i) => {
    out += text.slice(at, start) + by[i];
    at = end;
  });
  return out + text.slice(at);
}

const MASK = "█";
/** What a mask leaves as it is: how a value is spaced and punctuated tells what it was, not whose. */
const SHOWN = /[\s\p{P}]/u;

function masked(value: string): string {
  return Array.from(value, (character) => (SHOWN.test(character) ? character : MASK)).join("");
}

/** The first letters of every word; what follows becomes a mask of three, so that lengths tell nothing. */
function keepFirst(value: string, keep: number): string {
  return value.replaceAll(/[^\s\p{P}]+/gu, (word) => {
    const letters = Array.from(word);
    return letters.length <= keep ? MASK.repeat(3) : letters.slice(0, keep).join("") + MASK.repeat(3);
  });
}

const HEX = 10;

/**
 * HMAC-SHA-256 of label and folded value under the secret, 40 bits of it: without the secret a guess at the value cannot be
 * tried; two of a million values share one with a chance of one half.
 */
function pseudonym(label: string, folded: string, secret: string | undefined): string {
  if (secret === undefined) {
    throw new Fault("redact/no-key", {
      what: `pseudonyms of ${label} are to mean the same over the whole corpus, and no key was given`,
      why: "they are made from the value and a secret key: without a key anyone could try names until one fits",
      remedy: "set WHITTLE_PSEUDONYM_KEY to a long random secret and keep it apart from the documents",
    });
  }
  return createHmac("sha256", secret).update(`${label}\u0000${folded}`).digest("hex").slice(0, HEX);
}
