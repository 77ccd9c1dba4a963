import {
  CLASS_RUNS,
  COMPAT_LONG,
  COMPAT_RUNS,
  COMPOSITIONS,
  LOWER_LONG,
  LOWER_RUNS,
  UNICODE_VERSION,
} from "./unicode.ts";

export { UNICODE_VERSION };

/** What a code point is to the segmenter and the features; scripts/unicode-tables.ts says which properties lie behind. */
export const CharClass = {
  other: 0,
  letter: 1,
  digit: 2,
  space: 3,
  punctuation: 4,
  /** Han and Hiragana: scripts written without spaces, where each character stands alone. */
  ideograph: 5,
  mark: 6,
  /** Soft hyphens, joiners, variation selectors, byte order marks: seen by nobody. */
  ignorable: 7,
} as const;

const PAGE = 256;
const PAGES = 0x110000 / PAGE;

/** A sparse array over all code points in two steps: page number, then place in the page. Unset entries are 0. */
class Trie {
  private readonly index = new Uint16Array(PAGES);
  private data = new Int32Array(PAGE * 16);
  private used = 1;

  set(c: number, value: number): void {
    let page = this.index[c >> 8];
    if (page === 0) {
      page = this.used++;
      this.index[c >> 8] = page;
      if (this.used * PAGE > this.data.length) {
        const wider = new Int32Array(this.data.length * 2);
        wider.set(this.data);
        this.data = wider;
      }
    }
    this.data[page * PAGE + (c & 255)] = value;
  }

  get(c: number): number {
    return this.data[this.index[c >> 8] * PAGE + (c & 255)];
  }
}

const classes = readClasses();

/** The CharClass of a code point (0 for what was unassigned when the tables were frozen). */
export function classOf(c: number): number {
  return c < 128 ? asciiClass[c] : classes.get(c);
}

/** Read straight by inner loops. */
export const asciiClass: Uint8Array = Uint8Array.from({ length: 128 }, (_, c) => classes.get(c));

/** A map of code points: a code point, or an index into `long` tagged with LONG; 0 for "itself". */
export interface CodeMap {
  readonly trie: { get(c: number): number };
  readonly long: readonly (readonly number[])[];
}

/** Tags an entry of a CodeMap that has several code points. */
export const LONG = 0x200000;

/** NFKC of single code points. */
export const compatibility: CodeMap = readMap(COMPAT_RUNS, COMPAT_LONG);
/** Lower case of single code points, final sigma written as sigma. */
export const lowerCase: CodeMap = readMap(LOWER_RUNS, LOWER_LONG);

const pairs = new Map<number, number>(
  COMPOSITIONS.split(" ").map((pair) => {
    const [first, second, composed] = pair.split(".").map((n) => parseInt(n, 36));
    return [first * 0x110000 + second, composed];
  }),
);
const seconds = new Set([...pairs.keys()].map((key) => key % 0x110000));

/** The canonical composition of two code points, or 0. Hangul by arithmetic (Unicode, section 3.12). */
export function compose(first: number, second: number): number {
  if (second >= 0x1161 && second <= 0x1175 && first >= 0x1100 && first <= 0x1112) {
    return 0xac00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28;
  }
  if (second > 0x11a7 && second <= 0x11c2 && first >= 0xac00 && first <= 0xd7a3 && (first - 0xac00) % 28 === 0) {
    return first + (second - 0x11a7);
  }
  return seconds.has(second) ? (pairs.get(first * 0x110000 + second) ?? 0) : 0;
}

function readClasses(): Trie {
  const trie = new Trie();
  let c = 0;
  for (const run of CLASS_RUNS.split(" ")) {
    const dot = run.indexOf(".");
    const end = c + parseInt(run.slice(0, dot), 36);
    const value = Number(run.slice(dot + 1));
    if (value === 0) c = end;
    for (; c < end; c++) trie.set(c, value);
  }
  return trie;
}

function readMap(runs: string, longRuns: string): CodeMap {
  const trie = new Trie();
  let last = 0;
  for (const run of runs.split(" ")) {
    const [gap, count, stride, delta] = run.split(".").map((n) => parseInt(n, 36));
    for (let k = 0; k < count; k++) trie.set(last + gap + k * stride, last + gap + k * stride + delta);
    last += gap + (count - 1) * stride;
  }
  const long = longRuns.split(" ").map((entry, i) => {
    const [from, to] = entry.split(":");
    trie.set(parseInt(from, 36), LONG + i);
    return to.split(".").map((n) => parseInt(n, 36));
  });
  return { trie, long };
}
