import { mix } from "../murmur.ts";
import type { Lines } from "./lines.ts";
import type { TokenFeatureSpec } from "./spec.ts";
import { print1, print2, print3, Template } from "./template.ts";
import type { Lookup, WordCache } from "./words.ts";

/** Words of the line before that every token sees. */
const BEFORE_WORDS = 6;
/** Tokens of a line that its shape tells. */
const SHAPE_TOKENS = 8;

/** More features than a line has beside its cues. */
const MOST_OTHER = 32;

/**
 * Features that all tokens of a line share, made once a line: line l has ids[offsets[l] .. offsets[l + 1]). The arrays are
 * reused by the next `read`.
 */
export class LineReader {
  ids = new Int32Array(1024);
  offsets = new Int32Array(64);
  private used = 0;
  private readonly spec: TokenFeatureSpec;
  private readonly lookup: Lookup;
  private readonly words: WordCache;

  constructor(spec: TokenFeatureSpec, lookup: Lookup, words: WordCache) {
    this.spec = spec;
    this.lookup = lookup;
    this.words = words;
  }

  /** `word` holds the words of the text from `margin` on. */
  read(lines: Lines, word: Int32Array, margin: number): void {
    if (this.offsets.length <= lines.count) this.offsets = new Int32Array(lines.count * 2 + 1);
    this.used = 0;
    for (let line = 0; line < lines.count; line++) {
      const most = this.spec.cues + MOST_OTHER;
      if (this.used + most > this.ids.length) {
        const wider = new Int32Array((this.used + most) * 2);
        wider.set(this.ids);
        this.ids = wider;
      }
      this.line(lines, line, word, margin);
      this.offsets[line + 1] = this.used;
    }
  }

  private line({ starts, count }: Lines, line: number, word: Int32Array, margin: number): void {
    const { lower } = this.words;
    const from = starts[line];
    const to = starts[line + 1];
    this.put(print1(Template.bias, 0));
    for (let i = from; i < to && to - from <= this.spec.cues; i++) {
      this.put(print1(Template.cue, lower[word[i + margin]]));
    }
    // A text of one line has no layout: its opening words would be learnt by heart.
    if (!this.spec.lines || count < 2) return;
    const first = lower[word[from + margin]];
    const second = from + 1 < to ? lower[word[from + 1 + margin]] : 0;
    this.put(print1(Template.lineOpening, first));
    this.put(print2(Template.lineOpeningPair, first, second));
    this.put(print1(Template.lineFromTop, bucket(line)));
    this.put(print1(Template.lineFromBottom, bucket(count - 1 - line)));
    this.put(print1(Template.lineLength, bucket(to - from)));
    this.put(print1(Template.lineShape, this.shape(word, from + margin, to + margin)));
    if (line > 0) {
      const before = starts[line - 1];
      for (let i = before; i < Math.min(from, before + BEFORE_WORDS); i++) {
        this.put(print1(Template.lineBefore, lower[word[i + margin]]));
      }
      this.put(print1(Template.lineBeforeEnd, lower[word[from - 1 + margin]]));
      this.put(print3(Template.lineBeforeOpening, lower[word[before + margin]], first, 0));
      this.put(print1(Template.lineBeforeShape, this.shape(word, before + margin, from + margin)));
    }
    if (line + 1 < count) {
      const after = starts[line + 1];
      this.put(print1(Template.lineAfterOpening, lower[word[after + margin]]));
      this.put(print1(Template.lineAfterShape, this.shape(word, after + margin, starts[line + 2] + margin)));
    }
  }

  private shape(word: Int32Array, from: number, to: number): number {
    let state = Math.min(to - from, SHAPE_TOKENS + 1);
    for (let i = from; i < Math.min(to, from + SHAPE_TOKENS); i++) state = mix(state, this.words.short[word[i]]);
    return state;
  }

  private put(print: number): void {
    const id = this.lookup(print, 0);
    if (id >= 0) this.ids[this.used++] = id;
  }
}

/** 0, 1, 2, 3, then by powers of √2 or so: near the edges every line counts, further in the rough place does. */
function bucket(n: number): number {
  return n < 4 ? n : Math.floor(2 * Math.log2(n));
}
