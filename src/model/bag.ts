import { tensor } from "../base/tensor.ts";
import { type Builder, builder, type Graph, type Value } from "../graph/index.ts";
import { classify, encodeText, type EncoderConfig, type ParameterSource } from "./encoder.ts";

/**
 * Networks over weighted n-grams, alone or beside an encoder, as forward graphs. Served, they read `ids` int32
 * [batch, grams] and `weights` float32 [batch, grams] (padding: any id with weight 0) and give `logits` float32
 * [batch, labels].
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
  const table = tensor("float32", [weights.length / bias.length, bias.length], weights);
  const sum = weightedSum(b, b.parameter("weights_by_feature", table));
  b.output("logits", b.op("Add", [sum, b.parameter("bias", tensor("float32", [bias.length], bias))]));
  return b.finish();
}

export interface BagConfig {
  readonly features: number;
  readonly width: number;
  readonly labels: number;
  /** Share of hidden values dropped in training. */
  readonly dropout: number;
  /** An encoder of the text, whose pooled vector joins the hidden layer before the classifier. */
  readonly text?: EncoderConfig;
}

/** The table of embeddings, [features, width]: the one parameter that training keeps outside the graph. */
export const EMBEDDING = "bag.embedding";

/**
 * logits = W · [Gelu(Σ weight · E[id] + e), pooled text] + b.
 *
 * In the "training" form the sum is a product of two inputs, `matrix` float32[batch, rows] and `rows` float32[rows, width]:
 * of a table of tens of thousands of rows a batch touches a few thousand, which are gathered and updated outside, and the
 * gradient of `rows` is one dense product instead of a scatter into the whole table.
 */
export function bagNetwork(config: BagConfig, parameters: ParameterSource, form: "training" | "serving"): Graph {
  const b = builder(config.text === undefined ? "bag" : "encoder");
  const { features, width, labels } = config;
  const sum =
    form === "serving"
      ? weightedSum(b, b.parameter(EMBEDDING, parameters(EMBEDDING, [features, width], { deviation: 0.02 })))
      : b.op("MatMul", [b.input("matrix", "float32", ["batch", "rows"]), b.input("rows", "float32", ["rows", width])]);
  const bias = b.parameter("bag.bias", parameters("bag.bias", [width], { value: 0 }));
  const active = b.op("Gelu", [b.op("Add", [sum, bias])]);
  const hidden = config.dropout === 0 ? active : b.op("Dropout", [active, b.scalar(config.dropout)]);
  if (config.text === undefined) {
    b.output("logits", classify(b, parameters, hidden, width, labels));
  } else {
    const joined = b.op("Concat", [hidden, encodeText(b, config.text, parameters)], { axis: 1 });
    b.output("logits", classify(b, parameters, joined, width + config.text.width, labels));
  }
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
