import { finish, mix } from "../murmur.ts";
import { Normaliser } from "../../text/normalise.ts";
import { CharClass, classOf, lowerCase } from "../../text/tables.ts";
import { MOST_WINDOW } from "./spec.ts";
import { print1, print2, Template } from "./template.ts";

/**
 * Where a feature's print becomes its id: -1 where it has none. `tells` says which words the feature gives away, bit
 * o + MOST_WINDOW for the word at offset o from the token: none for a shape or a short ending.
 */
export type Lookup = (print: number, tells: number) => number;

/** The bit of the word at an offset from the token. */
export const wordBit = (offset: number): number => 1 << (offset + MOST_WINDOW);

/** Affixes from this length on tell which word it is. */
const TELLING = 4;

/** Distinct words held; past it the cache starts anew, which changes nothing but speed. */
const MOST_WORDS = 1 << 16;
const SHAPE_SEED = 0x73686170;
const WORD_SEED = 0x776f7264;
/** Code points of a word that its shape tells apart. */
const SHAPE_LENGTH = 10;

/** The words before the first and after the last token of a text. */
export const BEFORE = 0;
export const AFTER = 1;

/**
 * What follows from a word alone, made once for each distinct word: prints of its normal form and shapes, and the ids
 * that it gives the token itself and the tokens around it.
 */
export class WordCache {
  /** Prints by word. */
  lower = new Int32Array(1024);
  shape = new Int32Array(1024);
  short = new Int32Array(1024);
  /** Ids that word w gives the token `offset` places before it lie at [at[slot], at[slot + 1]), slot = w · (2 window + 2) + offset + window. */
  at = new Int32Array(0);
  ids = new Int32Array(1 << 14);
  readonly stride: number;
  private readonly window: number;
  private readonly affixes: number;
  private readonly lookup: Lookup;
  private readonly normaliser = new Normaliser({ lower: true });
  private first = new Int32Array(1024);
  private second = new Int32Array(1024);
  private slots = new Int32Array(4096);
  private size = 0;
  private used = 0;

  constructor(window: number, affixes: number, lookup: Lookup) {
    this.window = window;
    this.affixes = affixes;
    this.lookup = lookup;
    this.stride = 2 * window + 2;
    this.reset();
  }

  /** Starts anew when full: called between texts, as numbers of words hold within one text only. */
  refresh(): void {
    if (this.size > MOST_WORDS) this.reset();
  }

  /** The number of the word text[start, end). Words are told apart by two prints of 32 bits. */
  find(text: string, start: number, end: number): number {
    let a = WORD_SEED;
    let b = start - end;
    for (let i = start; i < end; i++) {
      const c = text.charCodeAt(i);
      a = mix(a, c);
      b = Math.imul(b ^ c, 0x01000193);
    }
    const mask = this.slots.length - 1;
    for (let slot = (a ^ (a >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const word = this.slots[slot] - 1;
      if (word < 0) return this.add(text.slice(start, end), a, b, slot);
      if (this.first[word] === a && this.second[word] === b) return word;
    }
  }

  private reset(): void {
    this.size = 0;
    this.used = 0;
    this.slots.fill(0);
    for (const edge of [BEFORE, AFTER]) this.append([], -1 - edge, -1 - edge, -1 - edge);
  }

  private add(word: string, a: number, b: number, slot: number): number {
    const { codes } = (this.normaliser.read(word), this.normaliser);
    const { whole, short } = shapesOf(word);
    const known = this.append(
      Array.from(codes.subarray(0, this.normaliser.length)),
      printOf(codes, this.normaliser.length),
      whole,
      short,
    );
    this.first[known] = a;
    this.second[known] = b;
    this.slots[slot] = known + 1;
    if (this.size * 2 > this.slots.length) this.rehash();
    return known;
  }

  private append(codes: readonly number[], lower: number, shape: number, short: number): number {
    const word = this.size++;
    if (word === this.lower.length) this.widen();
    this.lower[word] = lower;
    this.shape[word] = shape;
    this.short[word] = short;
    const { window } = this;
    if (this.at.length < (word + 1) * this.stride) this.at = wider(this.at, (word + 1024) * 2 * this.stride);
    for (let offset = -window; offset <= window; offset++) {
      this.at[word * this.stride + offset + window] = this.used;
      this.put(print1(Template.around + offset + 4, lower), wordBit(offset));
      if (offset === 0) this.own(codes, short);
      if (Math.abs(offset) <= 2) this.put(print1(Template.around + 9 + offset + 4, shape), 0);
      if (Math.abs(offset) === 1 && codes.length > 2)
        this.put(print1(Template.around + 18 + offset + 4, suffix(codes, 3)), 0);
    }
    this.at[word * this.stride + 2 * window + 1] = this.used;
    return word;
  }

  private own(codes: readonly number[], short: number): void {
    this.put(print1(Template.around + 27 + 4, short), 0);
    let prefix = WORD_SEED;
    for (let n = 1; n <= this.affixes && n < codes.length; n++) {
      prefix = mix(prefix, codes[n - 1]);
      const tells = n < TELLING ? 0 : wordBit(0);
      this.put(print2(Template.prefix, n, prefix), tells);
      this.put(print2(Template.suffix, n, suffix(codes, n)), tells);
    }
  }

  private put(print: number, tells: number): void {
    const id = this.lookup(print, tells);
    if (id < 0) return;
    if (this.used === this.ids.length) this.ids = wider(this.ids, this.used * 2);
    this.ids[this.used++] = id;
  }

  private widen(): void {
    const size = this.lower.length * 2;
    this.lower = wider(this.lower, size);
    this.shape = wider(this.shape, size);
    this.short = wider(this.short, size);
    this.first = wider(this.first, size);
    this.second = wider(this.second, size);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let word = AFTER + 1; word < this.size; word++) {
      const a = this.first[word];
      let slot = (a ^ (a >>> 15)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = word + 1;
    }
  }
}

function printOf(codes: Int32Array, length: number): number {
  let state = WORD_SEED;
  for (let i = 0; i < length; i++) state = mix(state, codes[i]);
  return finish(state, length) | 0;
}

/** The last n codes, read from the end. */
function suffix(codes: readonly number[], n: number): number {
  let state = WORD_SEED;
  for (let k = 1; k <= n; k++) state = mix(state, codes[codes.length - k]);
  return state;
}

/**
 * The shape of a word: capitals X, other letters x, digits d, anything else itself; "McKay7" is XxXxxd, and in short,
 * runs drawn together, XxXxd. The whole shape tells lengths up to SHAPE_LENGTH apart.
 */
function shapesOf(word: string): { whole: number; short: number } {
  let whole = SHAPE_SEED;
  let short = SHAPE_SEED;
  let last = -1;
  let count = 0;
  for (const character of word) {
    const c = character.codePointAt(0) as number;
    const kind = classOf(c);
    if (kind === CharClass.mark || kind === CharClass.ignorable) continue;
    const sign =
      kind === CharClass.letter ? (lowerCase.trie.get(c) !== 0 ? 0x58 : 0x78) : kind === CharClass.digit ? 0x64 : c;
    if (count++ < SHAPE_LENGTH) whole = mix(whole, sign);
    if (sign !== last) short = mix(short, sign);
    last = sign;
  }
  return { whole, short };
}

function wider(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
