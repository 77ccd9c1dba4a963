import { weekdayNames, monthNames } from "../patterns/months.ts";
import { fold } from "./fold.ts";
import { givenNames } from "./given.ts";
import { cities, countries, peoples, regions } from "./places.ts";
import { surnames } from "./surnames.ts";
import { jobs, organisationEnds, organisationWords, streetWords, titles } from "./words.ts";

/** Dictionaries by stream: within one stream a token has one value, the first dictionary of the longest entry over it. */
const DICTIONARIES = [
  [countries, peoples, regions, cities],
  [titles, organisationEnds, organisationWords, streetWords, jobs, monthNames.join(" "), weekdayNames.join(" ")],
] as const;

/** Names of the streams that gazetteerStreams gives, in order. */
export const gazetteerNames = ["name", "place", "word", "pair", "triple"] as const;

/** Longest word looked up, in UTF-16 units. */
const LONGEST = 24;

interface Entry {
  /** The words after the first. */
  readonly rest: readonly string[];
  readonly dictionary: number;
}

const GIVEN = 1;
const SURNAME = 2;
const INSIDE = 64;

let tables: { names: Map<string, number>; phrases: readonly Map<string, Entry[]>[] } | undefined;

/**
 * Which dictionaries cover each token: streams of whole numbers, 0 for none.
 *   name: 1 + 3 · (1 given name, 2 surname, 3 both) + case of the token (0 small, 1 first letter large, 2 all large);
 *   place, word: 1 + number of the dictionary (countries, peoples, regions, cities; titles, ends and words of organisations,
 *   words of streets, jobs, months, weekdays), and INSIDE more at the later tokens of an entry.
 *   pair, triple: what the first three say of the token and the next, and of the token between its neighbours.
 * Words are folded before they are looked up.
 */
export function gazetteerStreams(text: string, tokens: Int32Array): Int32Array[] {
  tables ??= build();
  const n = tokens.length >> 1;
  const words: string[] = new Array<string>(n);
  for (let i = 0; i < n; i++) {
    const [start, end] = [tokens[2 * i], tokens[2 * i + 1]];
    words[i] = end - start > LONGEST ? "" : fold(text.slice(start, end));
  }
  const name = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const which = tables.names.get(words[i]);
    if (which !== undefined) name[i] = 1 + 3 * which + caseOf(text, tokens[2 * i], tokens[2 * i + 1]);
  }
  const [place, word] = tables.phrases.map((table) => covered(words, table));
  return [name, place, word, ...together(name, place, word)];
}

/** Values of one token below this: four of names, eight of places and the rest of words. */
const KINDS = 32;

function together(name: Int32Array, place: Int32Array, word: Int32Array): [pair: Int32Array, triple: Int32Array] {
  const n = name.length;
  const kind = new Int32Array(n + 2);
  for (let i = 0; i < n; i++) {
    if (name[i] > 0) kind[i + 1] = Math.floor((name[i] - 1) / 3);
    else if (place[i] > 0) kind[i + 1] = 3 + (place[i] % INSIDE);
    else if (word[i] > 0) kind[i + 1] = 11 + (word[i] % INSIDE);
  }
  const pair = new Int32Array(n);
  const triple = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    pair[i] = kind[i + 1] * KINDS + kind[i + 2];
    triple[i] = (kind[i] * KINDS + kind[i + 1]) * KINDS + kind[i + 2];
  }
  return [pair, triple];
}

function covered(words: readonly string[], table: ReadonlyMap<string, Entry[]>): Int32Array {
  const values = new Int32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const entry = table.get(words[i])?.find(({ rest }) => rest.every((word, k) => words[i + 1 + k] === word));
    if (entry === undefined) continue;
    values[i] = 1 + entry.dictionary;
    for (let k = 1; k <= entry.rest.length; k++) values[i + k] = 1 + entry.dictionary + INSIDE;
    i += entry.rest.length;
  }
  return values;
}

function caseOf(text: string, start: number, end: number): number {
  const first = text[start];
  if (first === first.toLowerCase()) return 0;
  const rest = text.slice(start + 1, end);
  return rest !== "" && rest === rest.toUpperCase() && rest !== rest.toLowerCase() ? 2 : 1;
}

function build(): NonNullable<typeof tables> {
  const names = new Map<string, number>();
  for (const [list, bit] of [
    [givenNames, GIVEN],
    [surnames, SURNAME],
  ] as const) {
    // Of names in several words the last is what tells them.
    for (const word of list.split(" ")) {
      const last = word.split(/[_-]/).at(-1) as string;
      names.set(last, (names.get(last) ?? 0) | bit);
    }
  }
  const phrases = DICTIONARIES.map((dictionaries) => {
    const table = new Map<string, Entry[]>();
    dictionaries.forEach((list, dictionary) => {
      for (const entry of list.split(" ")) {
        const [first, ...rest] = fold(entry).replaceAll("_", " ").replaceAll("-", " - ").split(" ");
        table.set(first, [...(table.get(first) ?? []), { rest, dictionary }]);
      }
    });
    for (const entries of table.values()) entries.sort((a, b) => b.rest.length - a.rest.length);
    return table;
  });
  return { names, phrases };
}
