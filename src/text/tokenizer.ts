import { Fault } from "../base/fault.ts";
import { Normaliser } from "./normalise.ts";
import { segment } from "./segment.ts";

/**
 * A byte-pair-encoding tokenizer (Sennrich et al. 2016) learned from a task's own text, with bytes to fall back on, so no
 * character is unknown and none is dropped.
 *
 * Ids: 0 pads · 1–256 the bytes 0–255 · 257 the mark of a word's beginning (white space before it) · then the alphabet,
 * code points in order · then one id a merge, in order. Texts are cut into segments first; no token crosses one.
 */
export const PAD = 0;
const FIRST_BYTE = 1;
const WORD_MARK = 257;
const FIRST_LETTER = 258;

/** Characters of one segment that are merged; longer ones are cut there, so that one endless word costs no square. */
const LONGEST = 256;
const MOST_CACHED = 50_000;

/** Tokens of a text; token i came from the UTF-16 units [starts[i], ends[i]) of the source. */
export interface Tokens {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface TokenizerSpec {
  readonly lower: boolean;
  /** Code points with an id of their own. */
  readonly alphabet: readonly number[];
  /** Pairs of ids, flat: merge i joins merges[2i] and merges[2i + 1]. */
  readonly merges: readonly number[];
}

export class Tokenizer {
  readonly spec: TokenizerSpec;
  /** Ids are below it. */
  readonly size: number;
  readonly #letters: ReadonlyMap<number, number>;
  readonly #ranks: ReadonlyMap<number, number>;
  readonly #normaliser: Normaliser;
  /** Symbols of a segment → ids with the symbols that each covers. */
  readonly #cache = new Map<string, Merged>();

  constructor(spec: TokenizerSpec) {
    this.spec = spec;
    this.#letters = new Map(spec.alphabet.map((code, i) => [code, FIRST_LETTER + i]));
    const firstMerge = FIRST_LETTER + spec.alphabet.length;
    this.size = firstMerge + spec.merges.length / 2;
    this.#ranks = new Map(
      Array.from({ length: spec.merges.length / 2 }, (_, i) => [
        pairKey(spec.merges[2 * i], spec.merges[2 * i + 1]),
        firstMerge + i,
      ]),
    );
    this.#normaliser = new Normaliser({ lower: spec.lower });
  }

  encode(text: string): Tokens {
    const ids: number[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    for (const symbols of segmentsOf(text, this.#normaliser, this.#letters)) {
      const merged = this.#merge(symbols.ids);
      let at = 0;
      for (let i = 0; i < merged.ids.length; i++) {
        const last = at + merged.widths[i] - 1;
        ids.push(merged.ids[i]);
        starts.push(symbols.starts[at]);
        ends.push(symbols.ends[last]);
        at = last + 1;
      }
    }
    return { ids: Int32Array.from(ids), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
  }

  #merge(symbols: readonly number[]): Merged {
    const key = String.fromCharCode(...symbols);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const merged = applyMerges(symbols, this.#ranks);
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(key, merged);
    return merged;
  }
}

interface Merged {
  readonly ids: readonly number[];
  readonly widths: readonly number[];
}

/** The symbols of one segment: what merging starts from, with the place of each. */
interface Symbols {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
}

function* segmentsOf(text: string, normaliser: Normaliser, letters: ReadonlyMap<number, number>): Generator<Symbols> {
  let before = 0;
  for (const { start, end } of segment(text)) {
    const symbols: Symbols = { ids: [], starts: [], ends: [] };
    if (start > before || start === 0) put(symbols, WORD_MARK, start, start);
    normaliser.read(text.slice(start, end));
    for (let i = 0; i < normaliser.length; i++) {
      const code = normaliser.codes[i];
      const from = start + normaliser.starts[i];
      const to = start + normaliser.ends[i];
      const letter = letters.get(code);
      if (letter !== undefined) put(symbols, letter, from, to);
      else for (const byte of utf8.encode(String.fromCodePoint(code))) put(symbols, FIRST_BYTE + byte, from, to);
      if (symbols.ids.length >= LONGEST) {
        yield { ids: symbols.ids.splice(0), starts: symbols.starts.splice(0), ends: symbols.ends.splice(0) };
      }
    }
    if (symbols.ids.length > 0) yield symbols;
    before = end;
  }
}

const utf8 = new TextEncoder();

function put(symbols: Symbols, id: number, start: number, end: number): void {
  symbols.ids.push(id);
  symbols.starts.push(start);
  symbols.ends.push(end);
}

/** Joins the pair that was learned first until none is left. */
function applyMerges(symbols: readonly number[], ranks: ReadonlyMap<number, number>): Merged {
  const ids = [...symbols];
  const widths = symbols.map(() => 1);
  for (;;) {
    let best = Infinity;
    for (let i = 0; i + 1 < ids.length; i++) {
      const rank = ranks.get(pairKey(ids[i], ids[i + 1]));
      if (rank !== undefined && rank < best) best = rank;
    }
    if (best === Infinity) return { ids, widths };
    for (let i = 0; i + 1 < ids.length; i++) {
      if (ranks.get(pairKey(ids[i], ids[i + 1])) !== best) continue;
      ids.splice(i, 2, best);
      widths.splice(i, 2, widths[i] + widths[i + 1]);
    }
  }
}

/** Ids stay below 2²⁰, so a pair is one exact number. */
function pairKey(a: number, b: number): number {
  return a * 0x100000 + b;
}

export interface TokenizerOptions {
  /** Ids in all; fewer where the texts hold no more pairs that stand twice. */
  readonly vocabulary: number;
  readonly lower: boolean;
}

/** Rows a character must stand in to have an id of its own. */
const LEAST_OF_A_LETTER = 2;
const LEAST_OF_A_PAIR = 2;

/** Learns merges from texts: the commonest pair first, among equals the one of smaller ids. A function of its arguments. */
export function trainTokenizer(texts: readonly string[], { vocabulary, lower }: TokenizerOptions): Tokenizer {
  if (!(Number.isInteger(vocabulary) && vocabulary > FIRST_LETTER && vocabulary < 0x100000)) {
    throw new Fault("text/vocabulary", {
      what: `a tokenizer cannot have ${vocabulary} ids`,
      remedy: `give a whole number from ${FIRST_LETTER + 1} to ${0x100000 - 1}`,
    });
  }
  const normaliser = new Normaliser({ lower });
  const alphabet = lettersOf(texts, normaliser);
  const letters = new Map(alphabet.map((code, i) => [code, FIRST_LETTER + i]));
  const words = countSegments(texts, normaliser, letters);
  const merges = learnMerges(words, FIRST_LETTER + alphabet.length, vocabulary);
  return new Tokenizer({ lower, alphabet, merges });
}

function lettersOf(texts: readonly string[], normaliser: Normaliser): number[] {
  const counts = new Map<number, number>();
  for (const text of texts) {
    normaliser.read(text);
    for (const code of new Set(normaliser.codes.subarray(0, normaliser.length))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return [...counts]
    .flatMap(([code, n]) => (n >= LEAST_OF_A_LETTER && code !== 32 ? [code] : []))
    .sort((a, b) => a - b);
}

interface Word {
  ids: number[];
  count: number;
}

function countSegments(texts: readonly string[], normaliser: Normaliser, letters: ReadonlyMap<number, number>): Word[] {
  const words = new Map<string, Word>();
  for (const text of texts) {
    for (const { ids } of segmentsOf(text, normaliser, letters)) {
      const key = String.fromCharCode(...ids);
      const word = words.get(key);
      if (word === undefined) words.set(key, { ids, count: 1 });
      else word.count++;
    }
  }
  return [...words.values()];
}

function learnMerges(words: readonly Word[], firstMerge: number, vocabulary: number): number[] {
  const counts = new Map<number, number>();
  const where = new Map<number, Set<Word>>();
  const count = (word: Word, sign: 1 | -1): void => {
    for (let i = 0; i + 1 < word.ids.length; i++) {
      const key = pairKey(word.ids[i], word.ids[i + 1]);
      counts.set(key, (counts.get(key) ?? 0) + sign * word.count);
      if (sign === 1) (where.get(key) ?? where.set(key, new Set()).get(key))?.add(word);
    }
  };
  for (const word of words) count(word, 1);
  const merges: number[] = [];
  for (let id = firstMerge; id < vocabulary; id++) {
    let best = -1;
    let most = LEAST_OF_A_PAIR - 1;
    for (const [key, n] of counts) if (n > most || (n === most && best >= 0 && key < best)) [best, most] = [key, n];
    if (best < 0) break;
    const a = Math.floor(best / 0x100000);
    const b = best % 0x100000;
    merges.push(a, b);
    for (const word of where.get(best) ?? []) {
      count(word, -1);
      word.ids = join(word.ids, a, b, id);
      count(word, 1);
    }
    counts.delete(best);
    where.delete(best);
  }
  return merges;
}

function join(ids: readonly number[], a: number, b: number, id: number): number[] {
  const joined: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === a && ids[i + 1] === b) {
      joined.push(id);
      i++;
    } else {
      joined.push(ids[i]);
    }
  }
  return joined;
}
