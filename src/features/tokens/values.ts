import { finish, mix } from "../murmur.ts";
import { PrintTable } from "../printtable.ts";

/** A stretch of tokens that was marked: the first, the one after the last, and the number of the label. */
export type TokenRun = readonly [first: number, end: number, label: number];

/** Tokens of the longest value held. */
export const LONGEST_VALUE = 8;
const SEED = 0x76616c75;

/**
 * Values of the training texts: entry e says that the words with prints[e] were marked with labels[e], in a share of the
 * texts that have them which shares[e] tells roughly (shareOf). Prints rise; of one print, labels do.
 */
export interface Values {
  readonly prints: Uint32Array;
  readonly labels: Uint16Array;
  readonly shares: Uint8Array;
}

export const noValues: Values = {
  prints: new Uint32Array(0),
  labels: new Uint16Array(0),
  shares: new Uint8Array(0),
};

/** Grades of a share: what is nearly always a value of the label, mostly, sometimes, hardly. */
export function shareOf(marked: number, texts: number): number {
  const share = marked / Math.max(1, texts);
  return share >= 0.9 ? 3 : share >= 0.5 ? 2 : share >= 0.1 ? 1 : 0;
}

/**
 * What a dictionary says of the tokens of a text: token t has codes[offsets[t] .. offsets[t + 1]), one a label, of the
 * longest value over it: label · 1024 + share · 64 + length · 4 + place, where place is 0 for a whole value, 1 for its
 * first token, 2 for one within, 3 for its last.
 */
export interface ValueMarks {
  readonly codes: Int32Array;
  readonly offsets: Int32Array;
}

/** Prints of the runs of words from each token, LONGEST_VALUE at most. */
export function* runPrints(
  lower: Int32Array,
  n: number,
): Generator<readonly [print: number, first: number, end: number]> {
  for (let first = 0; first < n; first++) {
    let state = SEED;
    for (let end = first + 1; end <= Math.min(n, first + LONGEST_VALUE); end++) {
      state = mix(state, lower[end - 1]);
      yield [finish(state, end - first), first, end];
    }
  }
}

export function runPrint(lower: Int32Array, first: number, end: number): number {
  let state = SEED;
  for (let t = first; t < end; t++) state = mix(state, lower[t]);
  return finish(state, end - first);
}

/** Finds values in texts given as prints of their words. */
export class ValueFinder {
  private readonly values: Values;
  private readonly table: PrintTable;
  private readonly starts: Int32Array;
  /** A bit for each print by its low bits: most runs of words are seen here, in a few kilobytes, to be no value. */
  private readonly bits: Int32Array;
  private readonly most: number;
  /** Codes by token and label. */
  private held = new Int32Array(0);
  private codes = new Int32Array(0);
  private offsets = new Int32Array(256);

  constructor(values: Values) {
    this.values = values;
    this.table = new PrintTable(values.prints.length);
    const starts: number[] = [];
    this.bits = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(16, values.prints.length))));
    values.prints.forEach((print) => (this.bits[(print >>> 5) & (this.bits.length - 1)] |= 1 << (print & 31)));
    values.prints.forEach((print, e) => {
      if (this.table.put(print) === starts.length) starts.push(e);
    });
    this.starts = Int32Array.from([...starts, values.prints.length]);
    this.most = values.labels.reduce((most, label) => Math.max(most, label + 1), 0);
  }

  /** `shares` gives the share of an entry in place of the dictionary's, -1 to pass over it. The arrays are reused. */
  find(lower: Int32Array, shares?: (entry: number) => number): ValueMarks {
    const n = lower.length;
    const { most, values } = this;
    if (this.offsets.length <= n) this.offsets = new Int32Array(n * 2 + 1);
    if (most === 0) return { codes: this.codes, offsets: this.offsets };
    if (this.held.length < n * most) {
      this.held = new Int32Array(n * most * 2);
      this.codes = new Int32Array(n * most * 2);
    }
    this.held.fill(0, 0, n * most);
    const mask = this.bits.length - 1;
    for (let first = 0; first < n; first++) {
      let state = SEED;
      for (let length = 1; length <= LONGEST_VALUE && first + length <= n; length++) {
        state = mix(state, lower[first + length - 1]);
        const print = finish(state, length) | 0;
        if (((this.bits[(print >>> 5) & mask] >>> (print & 31)) & 1) === 0) continue;
        const found = this.table.find(print);
        if (found < 0) continue;
        for (let e = this.starts[found]; e < this.starts[found + 1]; e++) {
          const share = shares === undefined ? values.shares[e] : shares(e);
          if (share >= 0) this.hold(first, length, values.labels[e], share);
        }
      }
    }
    let used = 0;
    for (let t = 0; t < n; t++) {
      this.offsets[t] = used;
      for (let slot = t * most; slot < (t + 1) * most; slot++) {
        if (this.held[slot] !== 0) this.codes[used++] = this.held[slot];
      }
    }
    this.offsets[n] = used;
    return { codes: this.codes, offsets: this.offsets };
  }

  private hold(first: number, length: number, label: number, share: number): void {
    for (let t = first; t < first + length; t++) {
      const slot = t * this.most + label;
      if (((this.held[slot] >> 2) & 15) >= length) continue;
      const place = length === 1 ? 0 : t === first ? 1 : t === first + length - 1 ? 3 : 2;
      this.held[slot] = (label << 10) | (share << 6) | (length << 2) | place;
    }
  }
}
