import { tensor, type Tensor } from "../base/tensor.ts";
import { NgramEncoder, type NgramSpec } from "../features/ngram.ts";
import { readVocabulary } from "../features/vocabularyfile.ts";

/** Texts of one batch as feeds of the program. */
export interface Encoded {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Where texts are read in several windows: the text that each row belongs to. */
  readonly owner?: readonly number[];
}

export type Encoder = (texts: readonly string[]) => Encoded;

/** `ids` int32 and `weights` float32, both [batch, grams]; padding is id 0 with weight 0, and there is at least one. */
export function ngramEncoder(spec: NgramSpec, part: Uint8Array): Encoder {
  const ngrams = new NgramEncoder(spec, readVocabulary(part));
  return (texts) => {
    const rows = texts.map((text) => ngrams.encode(text));
    const grams = Math.max(1, ...rows.map((row) => row.ids.length));
    const ids = new Int32Array(rows.length * grams);
    const weights = new Float32Array(rows.length * grams);
    rows.forEach((row, r) => {
      ids.set(row.ids, r * grams);
      weights.set(row.weights, r * grams);
    });
    const dims = [rows.length, grams];
    return { feeds: { ids: tensor("int32", dims, ids), weights: tensor("float32", dims, weights) } };
  };
}
