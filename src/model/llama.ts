import { float32 } from "../base/tensor.ts";
import { builder } from "../graph/index.ts";
import type { Builder, Graph } from "../graph/index.ts";
import type { ParameterSource } from "./encoder.ts";
import type { LlamaConfig } from "./llama-config.ts";

type Value = ReturnType<Builder["op"]>;

/**
 * A Llama decoder (Touvron et al. 2023) as a forward graph: RMS norms before each part (Zhang & Sennrich 2019), rotary
 * positions (Su et al. 2021), queries in groups that share keys and values (Ainslie et al. 2023), a SwiGLU feed-forward
 * part (Shazeer 2020).
 *
 *   ids     int64[batch, sequence]               tokens; whatever stands right of a token has no say in its logits, so texts
 *                                                are padded on the right, with any id
 *   logits  float32[batch, sequence, vocabulary] of the token that follows
 *
 * Parameters have the names and shapes that checkpoints of transformers have them under: `from(readWeights(folder))` is a
 * source of them. Between embedding and logits tokens are rows of one matrix [batch*sequence, width].
 */
export function llama(config: LlamaConfig, parameters: ParameterSource): Graph {
  const b = builder("llama");
  const ids = b.input("ids", "int64", ["batch", "sequence"]);
  const parameter: Part["parameter"] = (name, dims, deviation) =>
    b.parameter(name, parameters(name, dims, deviation === undefined ? { value: 1 } : { deviation }));
  const length = b.op("Squeeze", [b.op("Shape", [ids], { start: 1, end: 2 }), b.ints([0])]);
  const places = b.op("Range", [b.scalar(0, "int64"), length, b.scalar(1, "int64")]);
  const part: Part = {
    b,
    config,
    parameter,
    shape: b.op("Shape", [ids]),
    bias: causal(b, places),
    ...angles(b, config, places),
  };

  const table = parameter("model.embed_tokens.weight", [config.vocabulary, config.width], 0.02);
  let x = b.op("Reshape", [b.op("Gather", [table, ids]), b.ints([-1, config.width])]);
  for (let i = 0; i < config.layers; i++) {
    const layer = `model.layers.${i}`;
    x = b.op("Add", [x, attention(part, norm(part, x, `${layer}.input_layernorm`), `${layer}.self_attn`)]);
    x = b.op("Add", [x, feedForward(part, norm(part, x, `${layer}.post_attention_layernorm`), `${layer}.mlp`)]);
  }
  x = norm(part, x, "model.norm");
  const head = config.tied ? table : parameter("lm_head.weight", [config.vocabulary, config.width], 0.02);
  const rows = b.op("Gemm", [x, head], { transB: 1 });
  b.output("logits", b.op("Reshape", [rows, sized(part, [config.vocabulary])]));
  return b.finish();
}

/** What every part of the network is built with. */
interface Part {
  readonly b: Builder;
  readonly config: LlamaConfig;
  /** Normal with the deviation before training; 1 throughout without one. */
  readonly parameter: (name: string, dims: readonly number[], deviation?: number) => Value;
  /** [batch, sequence] */
  readonly shape: Value;
  /** 0 for a token at or before one's own place and the least of scores after it, [sequence, sequence]. */
  readonly bias: Value;
  /** Of the angles by which pairs of a head turn at each place, [sequence, 1, head/2]. */
  readonly cosine: Value;
  readonly sine: Value;
}

/** The shape [batch, sequence, …]. */
function sized({ b, shape }: Part, more: readonly number[]): Value {
  return b.op("Concat", [shape, b.ints(more)], { axis: 0 });
}

/** Added to a score, it leaves a share of 0 in float32. */
const MASKED = -1e9;

function causal(b: Builder, places: Value): Value {
  const [rows, columns] = [b.op("Unsqueeze", [places, b.ints([1])]), b.op("Unsqueeze", [places, b.ints([0])])];
  return b.op("Where", [b.op("LessOrEqual", [columns, rows]), b.scalar(0), b.scalar(MASKED)]);
}

/** The pair i turns by place · θ^(−2i/head). */
function angles(b: Builder, { headWidth, theta }: LlamaConfig, places: Value): Pick<Part, "cosine" | "sine"> {
  const half = headWidth / 2;
  const speeds = Float32Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / headWidth));
  const at = b.op("Unsqueeze", [b.op("Cast", [places], { to: "float32" }), b.ints([1, 2])]);
  const turned = b.op("Mul", [at, b.constant(float32([half], speeds))]);
  return { cosine: b.op("Cos", [turned]), sine: b.op("Sin", [turned]) };
}

/** x / √(mean x² + ε) · weight */
function norm({ b, config, parameter }: Part, x: Value, name: string): Value {
  const square = b.op("ReduceMean", [b.op("Mul", [x, x]), b.ints([-1])], { keepdims: 1 });
  const root = b.op("Sqrt", [b.op("Add", [square, b.scalar(config.epsilon)])]);
  return b.op("Mul", [b.op("Div", [x, root]), parameter(`${name}.weight`, [config.width])]);
}

/** x · Wᵀ; checkpoints keep a matrix as [out, in]. */
function dense({ b, parameter }: Part, x: Value, name: string, [inner, outer]: readonly [number, number]): Value {
  return b.op("Gemm", [x, parameter(`${name}.weight`, [outer, inner], 0.02)], { transB: 1 });
}

/** softmax(Q Kᵀ / √d + bias) V; a group of query heads shares the keys and values of one head. */
function attention(part: Part, x: Value, name: string): Value {
  const { b, config } = part;
  const { width, heads, keyValueHeads: shared, headWidth: d } = config;
  const group = heads / shared;
  const project = (what: string, count: number): Value =>
    b.op("Reshape", [dense(part, x, `${name}.${what}_proj`, [width, count * d]), sized(part, [count, d])]);
  const q = b.op("Reshape", [turned(part, project("q", heads)), sized(part, [shared, group, d])]);
  const [k, v] = [turned(part, project("k", shared)), project("v", shared)];
  const queries = b.op("Transpose", [q], { perm: [0, 2, 3, 1, 4] });
  const keys = b.op("Unsqueeze", [b.op("Transpose", [k], { perm: [0, 2, 3, 1] }), b.ints([2])]);
  const values = b.op("Unsqueeze", [b.op("Transpose", [v], { perm: [0, 2, 1, 3] }), b.ints([2])]);
  const scores = b.op("Mul", [b.op("MatMul", [queries, keys]), b.scalar(1 / Math.sqrt(d))]);
  const shares = b.op("Softmax", [b.op("Add", [scores, part.bias])], { axis: -1 });
  const mixed = b.op("Transpose", [b.op("MatMul", [shares, values])], { perm: [0, 3, 1, 2, 4] });
  const rows = b.op("Reshape", [mixed, b.ints([-1, heads * d])]);
  return dense(part, rows, `${name}.o_proj`, [heads * d, width]);
}

/** Turns the pairs (i, i + half) of each head, [batch, sequence, heads, head]. */
function turned({ b, config, cosine, sine }: Part, x: Value): Value {
  const half = config.headWidth / 2;
  const [p, q] = b.ops("Split", [x, b.ints([half, half])], { axis: -1 }, 2);
  const mul = (u: Value, v: Value): Value => b.op("Mul", [u, v]);
  const real = b.op("Sub", [mul(p, cosine), mul(q, sine)]);
  return b.op("Concat", [real, b.op("Add", [mul(q, cosine), mul(p, sine)])], { axis: -1 });
}

/** (silu(x·G) ∘ x·U) · D */
function feedForward(part: Part, x: Value, name: string): Value {
  const { b, config } = part;
  const { width, feedForward: inner } = config;
  const gate = dense(part, x, `${name}.gate_proj`, [width, inner]);
  const open = b.op("Mul", [gate, b.op("Sigmoid", [gate])]);
  const up = b.op("Mul", [open, dense(part, x, `${name}.up_proj`, [width, inner])]);
  return dense(part, up, `${name}.down_proj`, [inner, width]);
}
