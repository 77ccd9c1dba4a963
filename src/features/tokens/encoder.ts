import { type Tensor, tensor } from "../../base/tensor.ts";
import { PrintTable } from "../printtable.ts";
import { TokenReader, type TokenStream } from "./reader.ts";
import { checkTokenFeatureSpec, type TokenFeatureSpec } from "./spec.ts";

/** Tokens that one run of a graph is given: what it holds in memory follows from it. */
export const TOKENS_A_RUN = 512;

/**
 * A text with its tokens in, the features that a vocabulary knows out. Holds scratch space: one encoder serves one thread,
 * and what it gives of one text is done with before the next.
 */
export class TokenEncoder {
  readonly spec: TokenFeatureSpec;
  private readonly reader: TokenReader;

  /** @param prints of the features kept, distinct: feature i has prints[i]. */
  constructor(spec: TokenFeatureSpec, prints: Uint32Array) {
    checkTokenFeatureSpec(spec);
    const table = new PrintTable(prints.length);
    for (const print of prints) table.put(print);
    this.spec = spec;
    this.reader = new TokenReader(spec, (print) => table.find(print));
  }

  /**
   * What the graph (model/crf) is fed, in pieces of up to TOKENS_A_RUN tokens: `ids` int32 [tokens, most], each feature's
   * number plus 1, filled up with 0.
   */
  *feeds(text: string, tokens: Int32Array, streams: readonly TokenStream[] = []): Generator<{ readonly ids: Tensor }> {
    const n = this.reader.read(text, tokens, streams);
    const { ids, offsets } = this.reader;
    for (let from = 0; from < n; from += TOKENS_A_RUN) {
      const to = Math.min(n, from + TOKENS_A_RUN);
      let most = 1;
      for (let t = from; t < to; t++) most = Math.max(most, offsets[t + 1] - offsets[t]);
      const padded = new Int32Array((to - from) * most);
      for (let t = from; t < to; t++) {
        let at = (t - from) * most;
        for (let i = offsets[t]; i < offsets[t + 1]; i++) padded[at++] = ids[i] + 1;
      }
      yield { ids: tensor("int32", [to - from, most], padded) };
    }
  }
}
