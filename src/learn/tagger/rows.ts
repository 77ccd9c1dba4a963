import type { Random } from "../../base/random.ts";
import type { SubwordReader, TokenizedText } from "../../features/subwords.ts";

/** Texts with the tag of every token, read for a tagger. Tokens of all texts are numbered through. */
export interface TaggedRows {
  /** Tokens of row r: starts[r] .. starts[r + 1]. */
  readonly starts: Int32Array;
  /** Features of token i: ids[offsets[i] .. offsets[i + 1]). */
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly tags: Int32Array;
}

/**
 * Tags are those of spans/tags. A text longer than the window is cut, and its parts are rows of their own; one without
 * tokens is no row.
 */
export function taggedRows(
  reader: SubwordReader,
  texts: readonly TokenizedText[],
  tags: readonly Int32Array[],
  window: number,
): TaggedRows {
  const ends: number[] = [];
  const offsets = [0];
  const ids: number[] = [];
  let at = 0;
  for (const { text, tokens, streams } of texts) {
    const n = reader.read(text, tokens, streams);
    for (let i = 0; i < n; i++) {
      for (let k = reader.offsets[i]; k < reader.offsets[i + 1]; k++) ids.push(reader.ids[k]);
      offsets.push(ids.length);
    }
    at += n;
    ends.push(at);
  }
  const flat = new Int32Array(at);
  tags.forEach((row, r) => flat.set(row, ends[r] - row.length));
  const starts = cut(ends, flat, window);
  return { starts, offsets: Int32Array.from(offsets), ids: Int32Array.from(ids), tags: flat };
}

/**
 * Where rows start, and where the last one ends: the texts', and within those longer than the window, evenly, where no
 * span is cut. A span longer than all that is left of a window goes on as a span of its own in the next row.
 */
function cut(ends: readonly number[], tags: Int32Array, window: number): Int32Array<ArrayBuffer> {
  const starts = [0];
  for (const end of ends) {
    for (let from = starts[starts.length - 1]; end - from > window; from = starts[starts.length - 1]) {
      const even = from + Math.ceil((end - from) / Math.ceil((end - from) / window));
      let at = even;
      while (at > from && isInside(tags[at])) at--;
      if (at === from) {
        at = even;
        tags[at]--;
      }
      starts.push(at);
    }
    if (end > starts[starts.length - 1]) starts.push(end);
  }
  return Int32Array.from(starts);
}

/** Whether a tag goes on with a span: I in the scheme of spans/tags. */
function isInside(tag: number): boolean {
  return tag > 0 && tag % 2 === 0;
}

/** The tokens of a span, [first, end) in the numbering of all rows. */
type Run = readonly [first: number, end: number];

/**
 * Rows in which spans have given way to others of their label (Dai & Adel 2020, mention replacement): what a label's
 * values look like is learnt apart from what stands around them.
 */
export class Swapper {
  private readonly rows: TaggedRows;
  private readonly window: number;
  /** Spans by label, and each row's spans in order. */
  private readonly byLabel = new Map<number, Run[]>();
  private readonly byRow: Run[][] = [];

  constructor(rows: TaggedRows, window: number) {
    this.rows = rows;
    this.window = window;
    const { starts, tags } = rows;
    for (let r = 0; r + 1 < starts.length; r++) {
      const runs: Run[] = [];
      for (let i = starts[r]; i < starts[r + 1];) {
        const first = i++;
        if (tags[first] === 0) continue;
        while (i < starts[r + 1] && isInside(tags[i])) i++;
        runs.push([first, i]);
        const same = this.byLabel.get(tags[first]);
        if (same === undefined) this.byLabel.set(tags[first], [[first, i]]);
        else same.push([first, i]);
      }
      this.byRow.push(runs);
    }
  }

  /** The tokens of a row, each span replaced at a chance of `share`; never more than the window holds. */
  tokens(r: number, share: number, random: Random): Int32Array {
    const { starts, tags } = this.rows;
    const whole = Int32Array.from({ length: starts[r + 1] - starts[r] }, (_, i) => starts[r] + i);
    if (share === 0 || this.byRow[r].length === 0) return whole;
    const result: number[] = [];
    let at = starts[r];
    const push = (from: number, to: number): void => {
      for (let i = from; i < to; i++) result.push(i);
    };
    for (const [first, end] of this.byRow[r]) {
      push(at, first);
      at = end;
      const same = this.byLabel.get(tags[first]);
      const [from, to] =
        same !== undefined && random.uniform() < share ? same[random.below(same.length)] : [first, end];
      push(from, to);
    }
    push(at, starts[r + 1]);
    return result.length > this.window ? whole : Int32Array.from(result);
  }
}
