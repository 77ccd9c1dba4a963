import { type Tensor, tensor } from "../../base/tensor.ts";
import { PrintTable } from "../printtable.ts";
import { type Parted, parted } from "./parts.ts";
import { type TokenFeatures, TokenReader, type TokenStream } from "./reader.ts";
import { checkTokenFeatureSpec, type TokenFeatureSpec } from "./spec.ts";
import type { TokenVocabulary } from "./vocabularyfile.ts";

/** Tokens that one run of a graph is given: what it holds in memory follows from it. */
export const TOKENS_A_RUN = 512;

/** What a run is told of lines: features are counted from 1, and rows are filled up with 0. */
export interface LineFeeds extends Readonly<Record<string, Tensor>> {
  /** The line of each token, [tokens]. */
  readonly line: Tensor<"int32">;
  /** Of each line, for all its tokens, [lines, most]. */
  readonly line_ids: Tensor<"int32">;
}

/** One run's inputs. */
export interface TokenFeeds extends LineFeeds {
  /** Features of each token itself, [tokens, most]. */
  readonly ids: Tensor<"int32">;
}

/** One run's inputs with the tokens parted by how many features they have, as model/crf reads them. */
export type PartedFeeds = LineFeeds & Parted;

/**
 * A text with its tokens in, the features that a vocabulary knows out. Holds scratch space: one encoder serves one thread.
 */
export class TokenEncoder {
  readonly spec: TokenFeatureSpec;
  private readonly reader: TokenReader;

  constructor(spec: TokenFeatureSpec, { prints, values }: TokenVocabulary) {
    checkTokenFeatureSpec(spec);
    const table = new PrintTable(prints.length);
    for (const print of prints) table.put(print);
    this.spec = spec;
    this.reader = new TokenReader(spec, (print) => table.find(print), values);
  }

  /** The tokens of a text in pieces of up to TOKENS_A_RUN. */
  feeds(text: string, tokens: Int32Array, streams: readonly TokenStream[] = []): TokenFeeds[] {
    return this.pieces(text, tokens, streams, ({ ids, offsets }, from, to) => ({
      ids: padded(ids, offsets, from, to),
    }));
  }

  /** The same with the tokens of each piece parted. */
  partedFeeds(text: string, tokens: Int32Array, streams: readonly TokenStream[] = []): PartedFeeds[] {
    return this.pieces(text, tokens, streams, ({ ids, offsets }, from, to) => parted(ids, offsets, from, to));
  }

  private pieces<Own extends Readonly<Record<string, Tensor>>>(
    text: string,
    tokens: Int32Array,
    streams: readonly TokenStream[],
    own: (features: TokenFeatures, from: number, to: number) => Own,
  ): (LineFeeds & Own)[] {
    const features = this.reader.read(text, tokens, { streams });
    const { of } = features.lines;
    const pieces: (LineFeeds & Own)[] = [];
    for (let from = 0; from < of.length; from += TOKENS_A_RUN) {
      const to = Math.min(of.length, from + TOKENS_A_RUN);
      const first = of[from];
      const line = new Int32Array(to - from);
      for (let t = from; t < to; t++) line[t - from] = of[t] - first;
      pieces.push({
        ...own(features, from, to),
        line: tensor("int32", [line.length], line),
        line_ids: padded(features.lineIds, features.lineOffsets, first, of[to - 1] + 1),
      });
    }
    return pieces;
  }
}

/** Runs [from, to) as rows of one length, filled up with 0: each id's number plus 1. */
function padded(ids: Int32Array, offsets: Int32Array, from: number, to: number): Tensor<"int32"> {
  let most = 1;
  for (let r = from; r < to; r++) most = Math.max(most, offsets[r + 1] - offsets[r]);
  const rows = new Int32Array((to - from) * most);
  for (let r = from; r < to; r++) {
    let at = (r - from) * most;
    for (let i = offsets[r]; i < offsets[r + 1]; i++) rows[at++] = ids[i] + 1;
  }
  return tensor("int32", [to - from, most], rows);
}
