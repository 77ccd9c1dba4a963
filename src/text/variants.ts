import { random, type Random } from "../base/random.ts";
import { filler, greeting, signOff, stopWords, telling } from "./english.ts";
import { segment } from "./segment.ts";
import { misspell } from "./typos.ts";

/**
 * Made variants of a text, for measuring how far from the task a model still holds. Pure and seeded: the same text and
 * seed give the same variant, whatever other texts there are. A variant never changes what the text asks for, and one that
 * would leave nothing to read leaves the text as it was.
 */
export interface Variant {
  /** As slices are named: "typos=5%". */
  readonly name: string;
  /** What is done, in words. */
  readonly about: string;
  /** It adds or takes away English words, and means nothing in another language. */
  readonly english: boolean;
  readonly make: (text: string, random: Random) => string;
}

export const variants: readonly Variant[] = [
  {
    name: "typos=2%",
    about: "2 % of the letters mistyped",
    english: false,
    make: (text, random) => misspell(text, 0.02, random),
  },
  {
    name: "typos=5%",
    about: "5 % of the letters mistyped",
    english: false,
    make: (text, random) => misspell(text, 0.05, random),
  },
  {
    name: "typos=10%",
    about: "10 % of the letters mistyped",
    english: false,
    make: (text, random) => misspell(text, 0.1, random),
  },
  { name: "case=upper", about: "all in capitals", english: false, make: (text) => text.toUpperCase() },
  { name: "case=lower", about: "no capitals", english: false, make: (text) => text.toLowerCase() },
  { name: "punctuation=none", about: "no punctuation", english: false, make: withoutPunctuation },
  { name: "length=first sentence", about: "the first sentence alone", english: false, make: firstSentence },
  {
    name: "length=doubled",
    about: "as much small talk again around it",
    english: true,
    make: (text, random) => doubled(text, random),
  },
  {
    name: "register=polite",
    about: "a greeting before and a sign-off after it",
    english: true,
    make: (text, random) => `${pick(greeting, random)} ${text.trim()} ${pick(signOff, random)}`,
  },
  { name: "register=telegraphic", about: "no stop words", english: true, make: withoutStopWords },
];

/** The variant of a text; the text itself where nothing changed or nothing would be left. */
export function vary({ name, make }: Variant, text: string, seed: number): string {
  const made = make(text, random(seed, `variant ${name}\u0000${text}`));
  return made.trim() === "" ? text : made;
}

/** Whether at least half of the texts hold a word that only English has. */
export function areEnglish(texts: readonly string[]): boolean {
  const english = texts.filter((text) => words(text).some(({ word }) => telling.has(word)));
  return english.length * 2 >= texts.length;
}

/** Marks go; between two words without a space one comes in. Apostrophes inside words and points inside numbers go too. */
function withoutPunctuation(text: string): string {
  let out = "";
  let end = 0;
  for (const { start, end: next, kind } of segment(text)) {
    out += text.slice(end, start);
    if (kind === "word") out += text.slice(start, next).replace(/['’]/g, "");
    else if (kind === "number") out += text.slice(start, next).replace(/[.,]/g, "");
    else if (/\S$/.test(out) && /^\S/.test(text.slice(next))) out += " ";
    end = next;
  }
  return (out + text.slice(end)).replace(/\s+/g, " ").trim();
}

/** Up to the first mark that ends a sentence and is followed by a space, or to the first line break. */
function firstSentence(text: string): string {
  return /^\s*.+?(?:[.!?…]+["”’)]*(?=\s)|[。！？]|(?=\n)|$)/u.exec(text)?.[0].trim() ?? text;
}

function doubled(text: string, random: Random): string {
  const order = random.sample(filler.length, filler.length).map((i) => filler[i]);
  let before = "";
  let after = "";
  for (let i = 0; before.length + after.length < text.length; i++) {
    if (i % 2 === 0) before += `${order[i % order.length]} `;
    else after += ` ${order[i % order.length]}`;
  }
  return before + text.trim() + after;
}

function withoutStopWords(text: string): string {
  let out = "";
  let end = 0;
  for (const { start, end: next, word } of words(text)) {
    out += text.slice(end, start);
    if (!stopWords.has(word)) out += text.slice(start, next);
    end = next;
  }
  return (out + text.slice(end)).replace(/\s+/g, " ").trim();
}

function words(text: string): { start: number; end: number; word: string }[] {
  return segment(text).map(({ start, end }) => ({
    start,
    end,
    word: text.slice(start, end).toLowerCase().replaceAll("’", "'"),
  }));
}

function pick(list: readonly string[], random: Random): string {
  return list[random.below(list.length)];
}
