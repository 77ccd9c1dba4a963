import { mix } from "../murmur.ts";
import { type Lines, linesOf } from "./lines.ts";
import { LineReader } from "./linereader.ts";
import { MOST_WINDOW, type TokenFeatureSpec } from "./spec.ts";
import { print1, print2, print3, Template } from "./template.ts";
import { noValues, ValueFinder, type Values } from "./values.ts";
import { AFTER, BEFORE, type Lookup, wordBit, WordCache } from "./words.ts";

/** Something else that is known of every token: 0 for nothing, any other whole number for what. */
export type TokenStream = Int32Array;

/** More ids than any one token gets from anything but its line and streams. */
const MOST_OWN = 128;
const MARGIN = MOST_WINDOW;
/** Bits of the words from two before to two after. */
const [A, B, W, X, Y] = [-2, -1, 0, 1, 2].map(wordBit);
const CHUNK_SEED = 0x6368756e;

/** Features of one text: those of a token itself, and those it shares with the other tokens of its line. */
export interface TokenFeatures {
  /** Token i has ids[offsets[i] .. offsets[i + 1]). */
  readonly ids: Int32Array;
  readonly offsets: Int32Array;
  /** Line l has lineIds[lineOffsets[l] .. lineOffsets[l + 1]). */
  readonly lineIds: Int32Array;
  readonly lineOffsets: Int32Array;
  readonly lines: Lines;
}

/** What else a text is read with. */
export interface Beside {
  readonly streams?: readonly TokenStream[];
  /** The shares of values in place of the dictionary's own (ValueFinder.find). */
  readonly shares?: (entry: number) => number;
}

/** Reads a text with its tokens (start and end pairs) into ids of features. */
export class TokenReader {
  private ids = new Int32Array(1 << 14);
  private offsets = new Int32Array(256);
  private readonly spec: TokenFeatureSpec;
  private readonly lookup: Lookup;
  private readonly words: WordCache;
  private readonly lines: LineReader;
  private readonly values: ValueFinder;
  /** Words of the text, with MARGIN edges before and after. */
  private word = new Int32Array(256);
  private prints = new Int32Array(256);
  private used = 0;

  constructor(spec: TokenFeatureSpec, lookup: Lookup, values: Values = noValues) {
    this.values = new ValueFinder(values);
    this.spec = spec;
    this.lookup = lookup;
    this.words = new WordCache(spec.window, spec.affixes, lookup);
    this.lines = new LineReader(spec, lookup, this.words);
  }

  /** The arrays of what it returns are reused by the next `read`. */
  read(text: string, tokens: Int32Array, { streams = [], shares }: Beside = {}): TokenFeatures {
    const n = tokens.length >> 1;
    this.find(text, tokens, n);
    const marks = this.values.find(this.lower(n), shares);
    const lines = linesOf(text, tokens);
    this.lines.read(lines, this.word, MARGIN);
    this.used = 0;
    for (let i = 0; i < n; i++) {
      this.offsets[i] = this.used;
      this.reserve(MOST_OWN + 3 * streams.length + 2 * (marks.offsets[i + 1] - marks.offsets[i]));
      this.around(i);
      this.pairs(i + MARGIN);
      this.chunk(tokens, i, n);
      const line = lines.of[i];
      this.place(i - lines.starts[line], lines.starts[line + 1] - i, this.words.short[this.word[i + MARGIN]]);
      for (let s = 0; s < streams.length; s++) this.given(streams[s], s, i, n);
      for (let m = marks.offsets[i]; m < marks.offsets[i + 1]; m++) this.mark(marks.codes[m]);
    }
    this.offsets[n] = this.used;
    const { ids, offsets } = this;
    return { ids, offsets, lineIds: this.lines.ids, lineOffsets: this.lines.offsets, lines };
  }

  /** Prints of the words just found. */
  private lower(n: number): Int32Array {
    if (this.prints.length < n) this.prints = new Int32Array(n * 2);
    for (let i = 0; i < n; i++) this.prints[i] = this.words.lower[this.word[i + MARGIN]];
    return this.prints.subarray(0, n);
  }

  private mark(code: number): void {
    this.put(print1(Template.value, code), W);
    this.put(print1(Template.valueShare, code & ~60), W);
  }

  private find(text: string, tokens: Int32Array, n: number): void {
    if (this.word.length < n + 2 * MARGIN) this.word = new Int32Array((n + 2 * MARGIN) * 2);
    if (this.offsets.length <= n) this.offsets = new Int32Array(n * 2 + 1);
    this.words.refresh();
    this.word.fill(BEFORE, 0, MARGIN);
    for (let i = 0; i < n; i++) this.word[i + MARGIN] = this.words.find(text, tokens[2 * i], tokens[2 * i + 1]);
    this.word.fill(AFTER, n + MARGIN, n + 2 * MARGIN);
  }

  /** What each word in the window gives by itself. */
  private around(i: number): void {
    const { at, ids, stride } = this.words;
    const first = i + MARGIN - this.spec.window;
    for (let k = 0; k < stride - 1; k++) {
      const slot = this.word[first + k] * stride + k;
      for (let j = at[slot]; j < at[slot + 1]; j++) this.ids[this.used++] = ids[j];
    }
  }

  /** Neighbours taken together; `c` is the token's place among the words. */
  private pairs(c: number): void {
    const { word } = this;
    const { lower, shape, short } = this.words;
    const [a, b, w, x, y] = [word[c - 2], word[c - 1], word[c], word[c + 1], word[c + 2]];
    this.put(print2(Template.wordPair, lower[b], lower[w]), B | W);
    this.put(print2(Template.wordPair + 1, lower[w], lower[x]), W | X);
    this.put(print2(Template.wordPair + 2, lower[a], lower[b]), A | B);
    this.put(print2(Template.wordPair + 3, lower[x], lower[y]), X | Y);
    this.put(print2(Template.wordPair + 4, lower[b], lower[x]), B | X);
    this.put(print3(Template.wordTriple, lower[a], lower[b], lower[w]), A | B | W);
    this.put(print3(Template.wordTriple + 1, lower[b], lower[w], lower[x]), B | W | X);
    this.put(print3(Template.wordTriple + 2, lower[w], lower[x], lower[y]), W | X | Y);
    this.put(print2(Template.shapePair, shape[b], shape[w]), 0);
    this.put(print2(Template.shapePair + 1, shape[w], shape[x]), 0);
    this.put(print3(Template.shapeTriple, short[a], short[b], short[w]), 0);
    this.put(print3(Template.shapeTriple + 1, short[b], short[w], short[x]), 0);
    this.put(print3(Template.shapeTriple + 2, short[w], short[x], short[y]), 0);
    this.put(print2(Template.wordShape, lower[w], shape[w]), W);
    this.put(print2(Template.wordShape + 1, lower[b], shape[w]), B);
    this.put(print2(Template.wordShape + 2, shape[w], lower[x]), X);
    this.put(print3(Template.shapeRun, mix(mix(shape[a], shape[b]), shape[w]), shape[x], shape[y]), 0);
  }

  /** What white space parts: "25/12/2018" is one chunk of five tokens. */
  private chunk(tokens: Int32Array, i: number, n: number): void {
    let from = i;
    let to = i + 1;
    while (from > 0 && i - from < 16 && tokens[2 * from - 1] === tokens[2 * from]) from--;
    while (to < n && to - i < 16 && tokens[2 * to - 1] === tokens[2 * to]) to++;
    this.put(print2(Template.chunkPlace, Math.min(i - from, 4), Math.min(to - i - 1, 4)), 0);
    if (to - from === 1) return;
    const { lower, shape, short } = this.words;
    let word = CHUNK_SEED;
    let whole = CHUNK_SEED;
    let brief = CHUNK_SEED;
    for (let k = from; k < to; k++) {
      const w = this.word[k + MARGIN];
      word = mix(word, lower[w]);
      whole = mix(whole, shape[w]);
      brief = mix(brief, short[w]);
    }
    this.put(print1(Template.chunkWord, word), W);
    this.put(print1(Template.chunkShape, whole), 0);
    this.put(print2(Template.chunkShapePlace, whole, i - from), 0);
    this.put(print1(Template.chunkShort, brief), 0);
  }

  private place(fromStart: number, fromEnd: number, short: number): void {
    this.put(print1(Template.linePlace, Math.min(fromStart, 4)), 0);
    this.put(print1(Template.lineEnd, Math.min(fromEnd, 4)), 0);
    this.put(print3(Template.lineOpeningPlace, Math.min(fromStart, 2), Math.min(fromEnd, 3), short), 0);
  }

  private given(stream: TokenStream, s: number, i: number, n: number): void {
    if (stream[i] !== 0) this.put(print1(Template.given + s, stream[i]), 0);
    if (i > 0 && stream[i - 1] !== 0) this.put(print1(Template.givenBefore + s, stream[i - 1]), 0);
    if (i + 1 < n && stream[i + 1] !== 0) this.put(print1(Template.givenAfter + s, stream[i + 1]), 0);
  }

  private put(print: number, tells: number): void {
    const id = this.lookup(print, tells);
    if (id >= 0) this.ids[this.used++] = id;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.ids.length) return;
    const wider = new Int32Array((this.used + more) * 2);
    wider.set(this.ids.subarray(0, this.used));
    this.ids = wider;
  }
}
