import { Fault } from "../base/fault.ts";
import { tensor, type Tensor } from "../base/tensor.ts";
import { type Builder, builder, type Graph, type Value } from "../graph/index.ts";
import { chainLoss, constrained, FORBIDDEN } from "./chain.ts";
import type { CrfWeights } from "./crf.ts";
import type { Init, ParameterSource } from "./encoder.ts";

/**
 * A network that scores the tags of every token: blocks of a convolution over three tokens and a gated recurrence in both
 * directions (quasi-recurrent: Bradbury et al. 2017; simple recurrent units: Lei et al. 2018), then a linear-chain CRF.
 *
 *   words        float32[batch, length, width]   a vector a token, the sum of its features' embeddings
 *   mask         float32[batch, length]          1 for a token, 0 for padding behind it
 *   emissions    float32[batch, length, tags]
 *   transitions  float32[tags + 1, tags + 1]
 *
 * Padding is nothing to any part, so a text has the same scores alone and in a batch.
 */
export interface TaggerConfig {
  /** Of tokens; each has an embedding. */
  readonly features: number;
  readonly width: number;
  readonly layers: number;
  readonly tags: number;
  /** Share of values dropped in training: of the words' vectors and behind each part. */
  readonly dropout: number;
  /** The longest sequence. */
  readonly window: number;
}

/** What every part of the network is built with. */
interface Part {
  readonly b: Builder;
  readonly width: number;
  readonly dropout: number;
  readonly parameter: (name: string, dims: readonly number[], init: Init) => Value;
  /** float32[batch, length, 1]; undefined where nothing is padded. */
  readonly mask: Value | undefined;
  readonly reach: number;
  /** int64[1]: the number of tokens. */
  readonly length: Value;
}

/** The network with its loss as the output `loss`, for sequences of one length. */
export function taggerTraining(
  config: TaggerConfig,
  parameters: ParameterSource,
  length: number,
  allowed: Tensor,
): Graph {
  const b = builder("tagger");
  const words = b.input("words", "float32", ["batch", length, config.width]);
  const mask = b.input("mask", "float32", ["batch", length]);
  const emissions = emissionsOf(b, config, parameters, words, mask, { reach: length, dropout: config.dropout });
  const { tags } = config;
  const transitions = b.parameter(TRANSITIONS, transitionsOf(config, parameters));
  b.output("loss", chainLoss(b, { emissions, transitions, mask, length, tags, allowed }));
  return b.finish();
}

/** The table of embeddings, [features, width]: the one parameter that training keeps outside the graph. */
export const EMBEDDING = "tagger.embedding";
export const TRANSITIONS = "chain.transitions";

function transitionsOf({ tags }: TaggerConfig, parameters: ParameterSource): Tensor {
  return parameters(TRANSITIONS, [tags + 1, tags + 1], { value: 0 });
}

/** Adds the network between the words' vectors and the scores of tags; without dropout, it is what is served. */
function emissionsOf(
  b: Builder,
  config: TaggerConfig,
  parameters: ParameterSource,
  words: Value,
  mask: Value | undefined,
  { reach = config.window, dropout = 0 }: { readonly reach?: number; readonly dropout?: number } = {},
): Value {
  checkConfig(config);
  const { width, tags } = config;
  const part: Part = {
    b,
    width,
    dropout,
    parameter: (name, dims, init) => b.parameter(name, parameters(name, dims, init)),
    mask: mask && b.op("Unsqueeze", [mask, b.ints([-1])]),
    reach,
    length: b.op("Shape", [words], { start: 1, end: 2 }),
  };
  let x = drop(part, norm(part, words, "words.norm"));
  for (let i = 0; i < config.layers; i++) {
    x = b.op("Add", [x, drop(part, convolution(part, norm(part, x, `layer.${i}.convolution.norm`), i))]);
    x = b.op("Add", [x, drop(part, recurrence(part, norm(part, x, `layer.${i}.recurrence.norm`), i))]);
  }
  return dense(part, norm(part, x, "final.norm"), "classifier", [width, tags], Math.sqrt(1 / width));
}

/** Gelu([x_{t-1}, x_t, x_{t+1}] · W + b) */
function convolution(part: Part, x: Value, layer: number): Value {
  const { b, width } = part;
  const seen = masked(part, x);
  const around = b.op("Concat", [shifted(part, seen, 1, 0), seen, shifted(part, seen, -1, 0)], { axis: 2 });
  return b.op("Gelu", [
    dense(part, around, `layer.${layer}.convolution`, [3 * width, width], Math.sqrt(2 / (3 * width))),
  ]);
}

/**
 * c_t = f_t ∘ c_{t-1} + (1 − f_t) ∘ tanh z_t and h_t = σ(o_t) ∘ c_t, f_t = σ(·), one half of the width from left to
 * right and the other from right to left; z, f and o are linear in x_t.
 */
function recurrence(part: Part, x: Value, layer: number): Value {
  const { b, width } = part;
  const name = `layer.${layer}.recurrence`;
  const half = width / 2;
  const linear = (gate: string, bias: number): Value =>
    dense(part, x, `${name}.${gate}`, [width, width], Math.sqrt(1 / width), bias);
  const forget = b.op("Sigmoid", [linear("forget", 1)]);
  const fresh = b.op("Mul", [b.op("Tanh", [linear("input", 0)]), b.op("Sub", [b.scalar(1), forget])]);
  const kept = masked(part, fresh);
  const halves = (v: Value): Value[] => b.ops("Split", [v, b.ints([half, half])], { axis: 2 }, 2);
  const [forgets, news] = [halves(forget), halves(kept)];
  const states = b.op("Concat", [scan(part, forgets[0], news[0], 1), scan(part, forgets[1], news[1], -1)], { axis: 2 });
  return b.op("Mul", [b.op("Sigmoid", [linear("output", 0)]), states]);
}

/**
 * c_t = f_t ∘ c_{t-1} + u_t for all t at once: steps (f, u) compose as (f f', f u' + u), so after doubling the reach
 * log₂ times each place holds the composition of all before it (Hillis & Steele 1986; Blelloch 1990).
 */
function scan(part: Part, forget: Value, fresh: Value, direction: 1 | -1): Value {
  const { b } = part;
  let [f, u] = [forget, fresh];
  for (let step = 1; step < part.reach; step *= 2) {
    u = b.op("Add", [b.op("Mul", [f, shifted(part, u, direction * step, 0)]), u]);
    if (2 * step < part.reach) f = b.op("Mul", [f, shifted(part, f, direction * step, 1)]);
  }
  return u;
}

/** x moved along the tokens, to later ones where `by` is above 0; what comes in from outside is `fill`. */
function shifted({ b, length }: Part, x: Value, by: number, fill: number): Value {
  const pads = by > 0 ? [by, 0] : [0, -by];
  const padded = b.op("Pad", [x, b.ints(pads), b.scalar(fill), b.ints([1])]);
  const start = b.ints([Math.max(0, -by)]);
  return b.op("Slice", [padded, start, b.op("Add", [start, length]), b.ints([1])]);
}

function masked({ b, mask }: Part, x: Value): Value {
  return mask === undefined ? x : b.op("Mul", [x, mask]);
}

function norm({ b, width, parameter }: Part, x: Value, name: string): Value {
  const scale = parameter(`${name}.scale`, [width], { value: 1 });
  const shift = parameter(`${name}.shift`, [width], { value: 0 });
  return b.op("LayerNormalization", [x, scale, shift], { axis: -1, epsilon: 1e-5 });
}

function dense(
  { b, parameter }: Part,
  x: Value,
  name: string,
  dims: readonly [number, number],
  deviation: number,
  bias = 0,
): Value {
  const weight = parameter(`${name}.weight`, dims, { deviation });
  return b.op("Add", [b.op("MatMul", [x, weight]), parameter(`${name}.bias`, [dims[1]], { value: bias })]);
}

function drop({ b, dropout }: Part, x: Value): Value {
  return dropout === 0 ? x : b.op("Dropout", [x, b.scalar(dropout)]);
}

function checkConfig(config: TaggerConfig): void {
  for (const key of ["width", "layers", "tags", "window"] as const) {
    const value = config[key];
    if (!Number.isInteger(value) || value < 1 || (key === "width" && value % 2 === 1))
      throw new Fault("model/tagger", {
        what: `"${key}" of a tagger is a whole number from 1 (the width an even one), not ${value}`,
      });
  }
}

/** A linear random field over features of its own, which answers beside the network. */
export interface FieldBeside {
  readonly weights: CrfWeights;
  /** The weight of the network's scores in the answer, in [0, 1]; the field's have the rest. */
  readonly share: number;
}

export const BY_NETWORK = "emissions.network";
export const BY_FIELD = "emissions.field";

/**
 * The tagger as it is served, for one stretch of tokens: `subwords` int32[tokens, bag] in, features of each token counted
 * from 1 and filled up with 0; `emissions` float32[tokens, tags] and `transitions` out. With a field beside, its features
 * come in as `ids`, `line` and `line_ids` (model/crf), both scores are weighted means of the two, and each one's own emissions are outputs too,
 * for the weight to be fitted on rows that were not trained on.
 */
export function taggerServing(
  config: TaggerConfig,
  parameters: ParameterSource,
  allowed: Tensor,
  field?: FieldBeside,
): Graph {
  const b = builder("tagger");
  const { features, width } = config;
  const embedding = parameters(EMBEDDING, [features, width], { deviation: 1 });
  const table = tableOf(b, EMBEDDING, embedding.data as Float32Array, width);
  const words = summed(b, table, b.input("subwords", "int32", ["tokens", "bag"]));
  const stretch = emissionsOf(b, config, parameters, b.op("Unsqueeze", [words, b.ints([0])]), undefined);
  const byNetwork = b.op("Squeeze", [stretch, b.ints([0])]);
  const steps = constrained(transitionsOf(config, parameters), allowed);
  if (field === undefined) {
    b.output("emissions", byNetwork);
    b.output("transitions", b.op("Identity", [b.parameter(TRANSITIONS, steps)]));
    return b.finish();
  }
  const { weights, share } = field;
  const byFeature = tableOf(b, "field.weights", weights.weights, config.tags);
  const own = summed(b, byFeature, b.input("ids", "int32", ["tokens", "most"]));
  const lines = summed(b, byFeature, b.input("line_ids", "int32", ["lines", "most_of_lines"]));
  const byField = b.op("Add", [own, b.op("Gather", [lines, b.input("line", "int32", ["tokens"])])]);
  const weighted = (v: Value, by: number): Value => b.op("Mul", [v, b.scalar(by)]);
  b.output("emissions", b.op("Add", [weighted(byNetwork, share), weighted(byField, 1 - share)]));
  b.output("transitions", b.op("Identity", [b.parameter(TRANSITIONS, mixedSteps(steps, weights.transitions, share))]));
  b.output(BY_NETWORK, byNetwork);
  b.output(BY_FIELD, byField);
  return b.finish();
}

/** The weighted mean of two tables of steps; what the first shuts stays shut. */
export function mixedSteps(steps: Tensor, others: Float32Array, share: number): Tensor {
  const own = steps.data as Float32Array;
  const mixed = own.map((v, i) => (v === FORBIDDEN ? v : share * v + (1 - share) * others[i]));
  return tensor("float32", steps.dims, mixed);
}

/** The rows of a table counted from 1: a row of zeros is put before them. */
function tableOf(b: Builder, name: string, rows: Float32Array, width: number): Value {
  const padded = new Float32Array(rows.length + width);
  padded.set(rows, width);
  return b.parameter(name, tensor("float32", [padded.length / width, width], padded));
}

function summed(b: Builder, table: Value, ids: Value): Value {
  return b.op("ReduceSum", [b.op("Gather", [table, ids]), b.ints([1])], { keepdims: 0 });
}
