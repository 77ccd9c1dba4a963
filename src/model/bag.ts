import { tensor, type Tensor } from "../base/tensor.ts";
import { type Builder, builder, type Graph, type Value } from "../graph/index.ts";

/**
 * Networks over weighted n-grams, as forward graphs. Inputs: `ids` int32 [batch, grams] and `weights` float32
 * [batch, grams] (padding: any id with weight 0). Output: `logits` float32 [batch, labels].
 */

export interface LinearWeights {
  /** [features, labels], row-major. */
  readonly weights: Float32Array;
  /** [labels] */
  readonly bias: Float32Array;
}

/** logits = Σ weight · W[id] + bias */
export function linearNetwork({ weights, bias }: LinearWeights): Graph {
  const b = builder("linear");
  const sum = weightedSum(b, parameter(b, "weights_by_feature", [weights.length / bias.length, bias.length], weights));
  b.output("logits", b.op("Add", [sum, parameter(b, "bias", [bias.length], bias)]));
  return b.finish();
}

export interface BagWeights {
  /** [features, width] */
  readonly embedding: Float32Array;
  /** [width] */
  readonly embeddingBias: Float32Array;
  /** [width, labels] */
  readonly head: Float32Array;
  /** [labels] */
  readonly headBias: Float32Array;
}

/** logits = Gelu(Σ weight · E[id] + e) · H + h */
export function bagNetwork(w: BagWeights): Graph {
  const b = builder("bag");
  const width = w.embeddingBias.length;
  const labels = w.headBias.length;
  const sum = weightedSum(b, parameter(b, "embedding", [w.embedding.length / width, width], w.embedding));
  const hidden = b.op("Gelu", [b.op("Add", [sum, parameter(b, "embedding_bias", [width], w.embeddingBias)])]);
  const scores = b.op("MatMul", [hidden, parameter(b, "head", [width, labels], w.head)]);
  b.output("logits", b.op("Add", [scores, parameter(b, "head_bias", [labels], w.headBias)]));
  return b.finish();
}

/** [batch, columns] = Σ over grams of weight · table[id], as a product so that the engine's matrix kernel does it. */
function weightedSum(b: Builder, table: Value): Value {
  const ids = b.input("ids", "int32", ["batch", "grams"]);
  const weights = b.input("weights", "float32", ["batch", "grams"]);
  const rows = b.op("Gather", [table, ids], { axis: 0 });
  const product = b.op("MatMul", [b.op("Unsqueeze", [weights, b.ints([1])]), rows]);
  return b.op("Squeeze", [product, b.ints([1])]);
}

function parameter(b: Builder, name: string, dims: readonly number[], data: Float32Array): Value {
  const value: Tensor = tensor("float32", dims, data);
  return b.parameter(name, value);
}
