import { tensor, type Tensor } from "../base/tensor.ts";
import type { SubwordReader } from "./subwords.ts";
import type { TokenEncoder, TokenFeeds } from "./tokens/encoder.ts";
import type { TokenStream } from "./tokens/reader.ts";

/** Tokens [first, end) of a text that are read together. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** What a tagger's program is fed of one stretch (model/tagger): features are counted from 1 and filled up with 0. */
export interface TaggerFeeds extends TokenFeeds {
  /** Of each token by itself, [tokens, bag]. */
  readonly subwords: Tensor<"int32">;
}

/** The feeds of each stretch of a text. What a token sees of its surroundings is what the whole text has there. */
export function tokenFeedsOf(
  features: Pick<TokenEncoder, "feeds">,
  subwords: SubwordReader,
  text: string,
  tokens: Int32Array,
  stretches: readonly Stretch[],
  streams: readonly TokenStream[] = [],
): TaggerFeeds[] {
  const pieces = features.feeds(text, tokens, streams);
  subwords.read(text, tokens, streams);
  return stretches.map((stretch) => ({ subwords: bags(subwords, stretch), ...within(pieces, stretch) }));
}

/** The bags of a stretch of what the reader has read. */
function bags({ ids, offsets }: SubwordReader, { first, end }: Stretch): Tensor<"int32"> {
  let bag = 1;
  for (let i = first; i < end; i++) bag = Math.max(bag, offsets[i + 1] - offsets[i]);
  const data = new Int32Array((end - first) * bag);
  for (let i = first; i < end; i++) {
    let at = (i - first) * bag;
    for (let k = offsets[i]; k < offsets[i + 1]; k++) data[at++] = ids[k] + 1;
  }
  return tensor("int32", [end - first, bag], data);
}

/** A run of rows of a matrix. */
interface Rows {
  readonly matrix: Tensor<"int32">;
  readonly from: number;
  readonly to: number;
}

/** What pieces that follow one another say of the tokens of a stretch. A line that goes on in another piece counts anew. */
function within(pieces: readonly TokenFeeds[], { first, end }: Stretch): TokenFeeds {
  const own: Rows[] = [];
  const shared: Rows[] = [];
  const line = new Int32Array(end - first);
  let start = 0;
  let lines = 0;
  for (const piece of pieces) {
    const [n] = piece.line.dims;
    const [from, to] = [Math.max(first, start) - start, Math.min(end, start + n) - start];
    if (from < to) {
      const of = piece.line.data;
      const [least, most] = [of[from], of[to - 1]];
      own.push({ matrix: piece.ids, from, to });
      shared.push({ matrix: piece.line_ids, from: least, to: most + 1 });
      for (let i = from; i < to; i++) line[start + i - first] = lines + of[i] - least;
      lines += most + 1 - least;
    }
    start += n;
  }
  return { ids: stacked(own), line: tensor("int32", [line.length], line), line_ids: stacked(shared) };
}

/** Rows under one another, as wide as the widest matrix that they come from, filled up with 0. */
function stacked(runs: readonly Rows[]): Tensor<"int32"> {
  if (runs.length === 1 && runs[0].from === 0 && runs[0].to === runs[0].matrix.dims[0]) return runs[0].matrix;
  const width = Math.max(1, ...runs.map(({ matrix }) => matrix.dims[1]));
  const count = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  const data = new Int32Array(count * width);
  let at = 0;
  for (const { matrix, from, to } of runs) {
    const own = matrix.dims[1];
    for (let r = from; r < to; r++, at += width) data.set(matrix.data.subarray(r * own, (r + 1) * own), at);
  }
  return tensor("int32", [count, width], data);
}
