import { tensor, type Tensor } from "../base/tensor.ts";
import { PAD, type Tokenizer } from "../text/tokenizer.ts";
import type { SparseRow } from "./csr.ts";

/** Rows of a batch as the tensors that a network reads, padded to the longest. */

/** `ids` int32 and `weights` float32, both [rows, grams]; padding is id 0 with weight 0, and there is at least one. */
export function ngramFeeds(rows: readonly SparseRow[]): { ids: Tensor; weights: Tensor } {
  const grams = Math.max(1, ...rows.map((row) => row.ids.length));
  const ids = new Int32Array(rows.length * grams);
  const weights = new Float32Array(rows.length * grams);
  rows.forEach((row, r) => {
    ids.set(row.ids, r * grams);
    weights.set(row.weights, r * grams);
  });
  const dims = [rows.length, grams];
  return { ids: tensor("int32", dims, ids), weights: tensor("float32", dims, weights) };
}

/** Token ids of a text in windows of at most `window`; a text without tokens has one empty window. */
export function windowsOf(tokenizer: Tokenizer, text: string, window: number): Int32Array[] {
  const { ids } = tokenizer.encode(text);
  const count = Math.max(1, Math.ceil(ids.length / window));
  // Windows of even length: a last one of three tokens would say little and weigh as much as the others.
  const even = Math.ceil(ids.length / count);
  return Array.from({ length: count }, (_, i) => ids.subarray(i * even, (i + 1) * even));
}

/** `tokens` int64 and `mask` float32, both [rows, longest]; a row of nothing keeps one padding token unmasked. */
export function tokenFeeds(rows: readonly Int32Array[]): { tokens: Tensor; mask: Tensor } {
  const longest = Math.max(1, ...rows.map((row) => row.length));
  const tokens = new BigInt64Array(rows.length * longest).fill(BigInt(PAD));
  const mask = new Float32Array(rows.length * longest);
  rows.forEach((row, r) => {
    for (let i = 0; i < row.length; i++) tokens[r * longest + i] = BigInt(row[i]);
    mask.fill(1, r * longest, r * longest + Math.max(1, row.length));
  });
  const dims = [rows.length, longest];
  return { tokens: tensor("int64", dims, tokens), mask: tensor("float32", dims, mask) };
}
