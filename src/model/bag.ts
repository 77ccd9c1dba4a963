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
  /** An encoder of the text, which answers beside the n-grams. */
  readonly text?: EncoderConfig;
  /** The weight of the encoder's logits in the answer, in [0, 1]; the n-grams' have the rest. */
  readonly textShare?: number;
}

/** The table of embeddings, [features, width]: the one parameter that training keeps outside the graph. */
export const EMBEDDING = "bag.embedding";
export const BY_GRAMS = "logits.grams";
export const BY_TEXT = "logits.text";

/**
 * logits = W · Gelu(Σ weight · E[id] + e) + b; with an encoder of the text, a weighted mean of these and its own.
 *
 * In the "training" form the sum is a product of two inputs, `matrix` float32[batch, rows] and `rows` float32[rows, width]:
 * of a table of tens of thousands of rows a batch touches a few thousand, which are gathered and updated outside, and the
 * gradient of `rows` is one dense product instead of a scatter into the whole table. With an encoder, `logits` then has
 * each row twice, first the n-grams' answers, then the encoder's: each learns to answer alone, and neither leans on the
 * other. (Joined before one classifier the encoder learns the training rows by heart and the n-grams stop learning: 1.3
 * points worse on held-out rows of Banking77 than the n-grams alone.) Served, both answers are outputs too, as
 * `logits.grams` and `logits.text`, for the weight between them to be fitted on rows that were not trained on.
 */
export function bagNetwork(config: BagConfig, parameters: ParameterSource, form: "training" | "serving"): Graph {
  const b = builder(config.text === undefined ? "bag" : "encoder");
  const { features, width, labels } = config;
  const training = form === "training";
  const sum = training
    ? b.op("MatMul", [b.input("matrix", "float32", ["batch", "rows"]), b.input("rows", "float32", ["rows", width])])
    : weightedSum(b, b.parameter(EMBEDDING, parameters(EMBEDDING, [features, width], { deviation: 0.02 })));
  const bias = b.parameter("bag.bias", parameters("bag.bias", [width], { value: 0 }));
  const active = b.op("Gelu", [b.op("Add", [sum, bias])]);
  const hidden = training && config.dropout > 0 ? b.op("Dropout", [active, b.scalar(config.dropout)]) : active;
  const byGrams = classify(b, parameters, "classifier", hidden, width, labels);
  if (config.text === undefined) {
    b.output("logits", byGrams);
    return b.finish();
  }
  const text = training ? config.text : { ...config.text, dropout: 0 };
  const byText = classify(b, parameters, "text.classifier", encodeText(b, text, parameters), text.width, labels);
  if (training) {
    b.output("logits", b.op("Concat", [byGrams, byText], { axis: 0 }));
    return b.finish();
  }
  const { textShare = 0 } = config;
  const weighted = (logits: Value, share: number): Value => b.op("Mul", [logits, b.scalar(share)]);
  b.output("logits", b.op("Add", [weighted(byGrams, 1 - textShare), weighted(byText, textShare)]));
  b.output(BY_GRAMS, byGrams);
  b.output(BY_TEXT, byText);
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
