import { Fault } from "../base/fault.ts";
import { Normaliser } from "../text/normalise.ts";
import { CharClass, classOf, lowerCase } from "../text/tables.ts";
import { finish, mix } from "./murmur.ts";
import { PrintTable } from "./printtable.ts";
import type { TokenStream } from "./tokens/reader.ts";

/** What a network reads of a token by itself, as a bag of ids (Bojanowski et al. 2017, with case and shape beside). */
export interface SubwordSpec {
  /** Lengths of character n-grams of the word in lower case with a mark at either end, in code points. */
  readonly characters: readonly [least: number, most: number];
  /** Features of fewer training texts are dropped. */
  readonly minTexts: number;
  /** At most this many are kept: those of the most texts, ties by lower fingerprint. */
  readonly most: number;
}

export const defaultSubwords: SubwordSpec = { characters: [2, 4], minTexts: 2, most: 30_000 };

export const MOST_SUBWORD = 8;
/** Code points of a token that are read; what is longer is no word. */
const MOST_CODES = 48;
/** Distinct words remembered; past it the memory starts anew, which changes nothing but speed. */
const MOST_WORDS = 1 << 16;
const EDGE = 0x20;
const SEED = 0x73756277;

/** Families of features, `given` + the number of a stream; the first block of every print. Never reused or reordered. */
const Family = { exact: 1, lower: 2, shape: 3, short: 4, grams: 5, spacing: 6, given: 256 } as const;

/**
 * Bags of the tokens of a text. Row i of a read is ids[offsets[i] .. offsets[i + 1]); the exact word comes first where it
 * is known. A token's bag hangs on the token, on whether white space stands before it, and on what the streams say of
 * it. Arrays are reused by the next read.
 */
export class SubwordReader {
  readonly spec: SubwordSpec;
  /** Fingerprints of the features kept, rising: the id of a feature is its place. */
  readonly prints: Uint32Array;
  ids = new Int32Array(1 << 10);
  offsets = new Int32Array(64);
  private readonly table: PrintTable;
  private readonly scratch = new Prints();
  private readonly known = new Map<string, Int32Array>();

  constructor(spec: SubwordSpec, prints: Uint32Array) {
    checkSpec(spec);
    this.spec = spec;
    this.prints = prints;
    this.table = new PrintTable(prints.length);
    for (const print of prints) this.table.put(print);
  }

  /** Number of features: ids are below it. */
  get size(): number {
    return this.prints.length;
  }

  /** Returns the number of tokens; `tokens` are start and end pairs. */
  read(text: string, tokens: Int32Array, streams: readonly TokenStream[] = []): number {
    const n = tokens.length >> 1;
    if (this.offsets.length <= n) this.offsets = new Int32Array(2 * n + 1);
    let used = 0;
    for (let i = 0; i < n; i++) {
      const bag = this.bag(text, tokens, i);
      if (used + bag.length + streams.length > this.ids.length) {
        const wider = new Int32Array(2 * (used + bag.length + streams.length));
        wider.set(this.ids);
        this.ids = wider;
      }
      this.offsets[i] = used;
      this.ids.set(bag, used);
      used += bag.length;
      for (let s = 0; s < streams.length; s++) {
        const id = streams[s][i] === 0 ? -1 : this.table.find(givenPrint(s, streams[s][i]));
        if (id >= 0) this.ids[used++] = id;
      }
    }
    this.offsets[n] = used;
    return n;
  }

  private bag(text: string, tokens: Int32Array, i: number): Int32Array {
    const key = keyOf(text, tokens, i);
    const held = this.known.get(key);
    if (held !== undefined) return held;
    const { scratch, table } = this;
    scratch.read(key, this.spec);
    const ids: number[] = [];
    for (let k = 0; k < scratch.length; k++) {
      const id = table.find(scratch.prints[k]);
      if (id >= 0 && !ids.includes(id)) ids.push(id);
    }
    const bag = Int32Array.from(ids);
    if (this.known.size >= MOST_WORDS) this.known.clear();
    this.known.set(key, bag);
    return bag;
  }
}

export interface TokenizedText {
  readonly text: string;
  /** Start and end pairs. */
  readonly tokens: Int32Array;
  /** What else is known of each token. */
  readonly streams?: readonly TokenStream[];
}

/** Learns which features to keep. A function of spec and texts alone. */
export function fitSubwords(spec: SubwordSpec, texts: readonly TokenizedText[]): SubwordReader {
  checkSpec(spec);
  const scratch = new Prints();
  const table = new PrintTable(1 << 14);
  const words = new Map<string, Int32Array>();
  const counts: number[] = [];
  const seen: number[] = [];
  const count = (f: number, t: number): void => {
    if (seen[f] === t + 1) return;
    seen[f] = t + 1;
    counts[f] = (counts[f] ?? 0) + 1;
  };
  texts.forEach(({ text, tokens, streams = [] }, t) => {
    for (let i = 0; i < tokens.length >> 1; i++) {
      const key = keyOf(text, tokens, i);
      let bag = words.get(key);
      if (bag === undefined) {
        scratch.read(key, spec);
        bag = Int32Array.from(scratch.prints.subarray(0, scratch.length), (print) => table.put(print));
        words.set(key, bag);
      }
      for (const f of bag) count(f, t);
      for (let s = 0; s < streams.length; s++)
        if (streams[s][i] !== 0) count(table.put(givenPrint(s, streams[s][i])), t);
    }
  });
  let kept = counts.flatMap((n, f) => (n >= spec.minTexts ? [f] : []));
  if (kept.length > spec.most) {
    kept = kept.sort((a, b) => counts[b] - counts[a] || table.prints[a] - table.prints[b]).slice(0, spec.most);
  }
  return new SubwordReader(spec, Uint32Array.from(kept, (f) => table.prints[f]).sort());
}

function givenPrint(stream: number, value: number): number {
  return finish(mix(mix(SEED, Family.given + stream), value), 2);
}

/** The token behind a mark that says whether it is joined to what stands before it. */
function keyOf(text: string, tokens: Int32Array, i: number): string {
  const start = tokens[2 * i];
  const joined = i > 0 && tokens[2 * i - 1] === start;
  return (joined ? "+" : " ") + text.slice(start, tokens[2 * i + 1]);
}

/** Fingerprints of one token's features. */
class Prints {
  prints = new Uint32Array(512);
  length = 0;
  private readonly exact = new Normaliser({ lower: false });
  private readonly lower = new Normaliser({ lower: true });

  read(key: string, { characters: [least, most] }: SubwordSpec): void {
    this.length = 0;
    const word = key.slice(1);
    this.exact.read(word);
    this.lower.read(word);
    const n = Math.min(this.exact.length, MOST_CODES);
    this.put(Family.exact, this.exact.codes, 0, n);
    this.put(Family.lower, this.lower.codes, 0, Math.min(this.lower.length, MOST_CODES));
    const shape = Int32Array.from(this.exact.codes.subarray(0, n), shapeOf);
    this.put(Family.shape, shape, 0, Math.min(n, 8));
    const short = shape.filter((s, i) => i === 0 || s !== shape[i - 1]);
    this.put(Family.short, short, 0, short.length);
    this.put(Family.spacing, [key.charCodeAt(0)], 0, 1);
    const marked = [EDGE, ...this.lower.codes.subarray(0, Math.min(this.lower.length, MOST_CODES)), EDGE];
    for (let length = least; length <= most; length++) {
      for (let i = 0; i + length <= marked.length; i++) this.put(Family.grams, marked, i, i + length);
    }
  }

  private put(family: number, codes: ArrayLike<number>, from: number, to: number): void {
    let state = mix(SEED, family);
    for (let i = from; i < to; i++) state = mix(state, codes[i]);
    if (this.length === this.prints.length) {
      const wider = new Uint32Array(2 * this.length);
      wider.set(this.prints);
      this.prints = wider;
    }
    this.prints[this.length++] = finish(state, to - from + 1);
  }
}

/** 1 lower case letter, 2 upper case letter, 3 digit, 4 ideograph; anything else stands for itself. */
function shapeOf(c: number): number {
  const kind = classOf(c);
  if (kind === CharClass.letter) return lowerCase.trie.get(c) === 0 ? 1 : 2;
  if (kind === CharClass.digit) return 3;
  return kind === CharClass.ideograph ? 4 : c;
}

function checkSpec({ characters: [least, most], minTexts, most: kept }: SubwordSpec): void {
  const whole = [least, most, minTexts, kept].every((n) => Number.isInteger(n) && n >= 1);
  if (whole && least <= most && most <= MOST_SUBWORD) return;
  throw new Fault("features/spec", {
    what: `subwords of ${least} to ${most} characters, from ${minTexts} texts, at most ${kept} cannot be made`,
    why: `lengths are 1 to ${MOST_SUBWORD}, and all four are whole numbers from 1`,
    remedy: "give each within its limits",
  });
}
