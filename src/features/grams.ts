import { Fault } from "../base/fault.ts";
import { asciiClass, CharClass, classOf } from "../text/tables.ts";
import { Normaliser } from "../text/normalise.ts";
import { finish, mix } from "./murmur.ts";

/** A closed range of lengths, or null for none. */
export type Lengths = readonly [least: number, most: number] | null;

/** Which n-grams of a text are its features. */
export interface GramSpec {
  readonly lower: boolean;
  /** Runs of words, counted in words. */
  readonly words: Lengths;
  /** Runs of characters inside one space-separated piece with a boundary mark at either end, counted in code points. */
  readonly characters: Lengths;
}

export const MOST_WORDS = 4;
export const MOST_CHARACTERS = 8;

export function checkGramSpec(spec: GramSpec): void {
  const fits = (range: Lengths, most: number): boolean =>
    range === null ||
    (Number.isInteger(range[0]) &&
      Number.isInteger(range[1]) &&
      1 <= range[0] &&
      range[0] <= range[1] &&
      range[1] <= most);
  if (fits(spec.words, MOST_WORDS) && fits(spec.characters, MOST_CHARACTERS) && (spec.words ?? spec.characters)) return;
  throw new Fault("features/spec", {
    what: `n-grams of words ${JSON.stringify(spec.words)} and characters ${JSON.stringify(spec.characters)} cannot be made`,
    why: `word lengths are 1 to ${MOST_WORDS}, character lengths 1 to ${MOST_CHARACTERS}, and one of the two is needed`,
    remedy: "give each as [least, most], or null for none",
  });
}

const WORD_SEED = 0x776f7264;
const CHARACTER_SEED = 0x63686172;
const BOUNDARY = 0x20;

/**
 * Reads a text into the 32-bit fingerprints of its n-grams, one entry an occurrence, all word n-grams first.
 *
 * A fingerprint is MurmurHash3 (x86, 32 bits) of the n-gram's code points as little-endian 32-bit words, seeded by the
 * family; each next length extends the state by one block, so all lengths from one start cost one pass. Words of an
 * n-gram are parted by a boundary block.
 *
 * A word here is a run of letters, digits and marks, or one ideograph. Pieces for characters are what spaces part, so
 * punctuation takes part in them: "card?" gives " c", "ca", … "d?", "? ". A boundary alone is not an n-gram.
 *
 * The arrays are reused by the next `read`; the first `words` entries are word n-grams, the rest up to `length` characters.
 */
export class GramReader {
  prints = new Uint32Array(1024);
  /** How many of the prints are word n-grams. */
  words = 0;
  length = 0;
  private readonly spec: GramSpec;
  private readonly normaliser: Normaliser;
  private starts = new Int32Array(64);
  private ends = new Int32Array(64);

  constructor(spec: GramSpec) {
    checkGramSpec(spec);
    this.spec = spec;
    this.normaliser = new Normaliser({ lower: spec.lower });
  }

  read(text: string): void {
    this.length = 0;
    this.normaliser.read(text);
    if (this.spec.words !== null) this.readWords(this.spec.words);
    this.words = this.length;
    if (this.spec.characters !== null) this.readCharacters(this.spec.characters);
  }

  private readWords([least, most]: readonly [number, number]): void {
    const { codes } = this.normaliser;
    const count = this.findWords();
    this.reserve(count * most);
    for (let i = 0; i < count; i++) {
      let state = WORD_SEED;
      let blocks = 0;
      for (let n = 1; n <= most && i + n <= count; n++) {
        if (n > 1) {
          state = mix(state, BOUNDARY);
          blocks++;
        }
        const end = this.ends[i + n - 1];
        for (let k = this.starts[i + n - 1]; k < end; k++) {
          state = mix(state, codes[k]);
          blocks++;
        }
        if (n >= least) this.prints[this.length++] = finish(state, blocks);
      }
    }
  }

  private findWords(): number {
    const { codes, length } = this.normaliser;
    let count = 0;
    for (let i = 0; i < length;) {
      const kind = kindOf(codes[i]);
      if (kind !== CharClass.letter && kind !== CharClass.digit && kind !== CharClass.ideograph) {
        i++;
        continue;
      }
      const start = i++;
      while (i < length) {
        const next = kindOf(codes[i]);
        const joins = next === CharClass.letter || next === CharClass.digit;
        if (next !== CharClass.mark && (kind === CharClass.ideograph || !joins)) break;
        i++;
      }
      if (count === this.starts.length) {
        this.starts = doubled(this.starts);
        this.ends = doubled(this.ends);
      }
      this.starts[count] = start;
      this.ends[count++] = i;
    }
    return count;
  }

  private readCharacters([least, most]: readonly [number, number]): void {
    const { codes, length } = this.normaliser;
    for (let from = 0; from < length;) {
      let to = from;
      while (to < length && codes[to] !== BOUNDARY) to++;
      this.reserve((to - from + 2) * (most - least + 1));
      // The piece with its marks is [from - 1, to]; both marks read as a boundary, whatever lies there.
      for (let i = from - 1; i < to; i++) {
        let state = CHARACTER_SEED;
        const last = Math.min(i + most - 1, to);
        for (let k = i; k <= last; k++) {
          state = mix(state, k < from || k === to ? BOUNDARY : codes[k]);
          const n = k - i + 1;
          if (n >= least && k >= from) this.prints[this.length++] = finish(state, n);
        }
      }
      from = to + 1;
    }
  }

  private reserve(more: number): void {
    if (this.length + more <= this.prints.length) return;
    const wider = new Uint32Array((this.length + more) * 2);
    wider.set(this.prints.subarray(0, this.length));
    this.prints = wider;
  }
}

function kindOf(c: number): number {
  return c < 128 ? asciiClass[c] : classOf(c);
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2);
  wider.set(array);
  return wider;
}
