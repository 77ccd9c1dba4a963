import { Fault } from "../base/fault.ts";
import { random } from "../base/random.ts";
import { sizeOf, tensor } from "../base/tensor.ts";
import type { Tensor } from "../base/tensor.ts";
import { builder } from "../graph/index.ts";
import type { Builder, Graph } from "../graph/index.ts";

type Value = ReturnType<Builder["op"]>;

/**
 * A pre-norm transformer encoder for classification (Vaswani et al. 2017; the norm before each part as in Xiong et al.
 * 2020), as a forward graph.
 *
 *   ids   int64[batch, sequence]      tokens; any id of the vocabulary stands where the mask is 0
 *   mask  float32[batch, sequence]    1 for a token, 0 for padding; each row has at least one 1
 *   features  float32[batch, n]       only with `features: n`: a dense vector beside the text, an n-gram bag say
 *   logits  float32[batch, classes]
 *
 * Between the embedding and the pooling, tokens are rows of one matrix [batch*sequence, width], so that every weight
 * and its gradient is one plain product. Parameter names are the model's own: a checkpoint is a map from them.
 */
export interface EncoderConfig {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** The longest sequence. */
  readonly positions: number;
  readonly classes: number;
  readonly activation?: "gelu" | "relu";
  readonly pooling?: "mean" | "attention";
  /** Length of the dense vector that joins the pooled text before the classifier. */
  readonly features?: number;
  /** Share of values dropped after the embedding, each part and the pooling; 0 or absent leaves no Dropout nodes. */
  readonly dropout?: number;
}

/** The largest score that a masked position may add: its share of attention is 0 in float32. */
const MASKED = -1e9;

/** Where a parameter's value comes from: `initial` to start training, `from` to rebuild a trained network. */
export type ParameterSource = (name: string, dims: readonly number[], init: Init) => Tensor;

/** The distribution of a parameter before training: normal with this deviation, or one value throughout. */
export type Init = { readonly deviation: number } | { readonly value: number };

/** Fresh values, each parameter from a stream of its own name. */
export function initial(seed: number): ParameterSource {
  return (name, dims, init) => {
    const data = new Float32Array(sizeOf(dims));
    if ("value" in init) data.fill(init.value);
    else {
      const stream = random(seed, `init/${name}`);
      for (let i = 0; i < data.length; i++) data[i] = init.deviation * stream.normal();
    }
    return tensor("float32", dims, data);
  };
}

/** Known values; a name that is missing or a shape that differs is refused. */
export function from(parameters: ReadonlyMap<string, Tensor>): ParameterSource {
  return (name, dims) => {
    const value = parameters.get(name);
    if (value?.dims.join() !== dims.join()) {
      throw new Fault("model/parameter", {
        what:
          value === undefined
            ? `the parameter "${name}" is missing`
            : `the parameter "${name}" has shape [${value.dims.join(", ")}] and the network needs [${dims.join(", ")}]`,
        remedy: "build the network with the settings that it was trained with",
      });
    }
    return value;
  };
}

export function encoder(config: EncoderConfig, parameters: ParameterSource): Graph {
  const b = builder("encoder");
  let pooled = encodeText(b, config, parameters, "ids");
  let width = config.width;
  if (config.features !== undefined) {
    const features = b.input("features", "float32", ["batch", config.features]);
    pooled = b.op("Concat", [pooled, features], { axis: 1 });
    width += config.features;
  }
  b.output("logits", classify(b, parameters, "classifier", pooled, width, config.classes));
  return b.finish();
}

/**
 * The encoder up to its pooling: one vector a text, [batch, width]. Adds the inputs `tokens` (int64[batch, sequence]) and
 * `mask` to the builder.
 */
export function encodeText(b: Builder, config: EncoderConfig, parameters: ParameterSource, tokens = "tokens"): Value {
  checkConfig(config);
  const parameter = (name: string, dims: readonly number[], init: Init): Value =>
    b.parameter(name, parameters(name, dims, init));
  const ids = b.input(tokens, "int64", ["batch", "sequence"]);
  const mask = b.input("mask", "float32", ["batch", "sequence"]);
  const part: Part = { b, config, parameter, shape: b.op("Shape", [ids]), bias: attentionBias(b, mask) };

  let x = embed(part, ids);
  for (let i = 0; i < config.layers; i++) {
    x = b.op("Add", [x, attention(part, x, `layer.${i}.attention`)]);
    x = b.op("Add", [x, feedForward(part, x, `layer.${i}.feedforward`)]);
  }
  x = norm(part, x, "final.norm");
  return drop(part, pool(part, x, mask));
}

/** logits = x · W + b */
export function classify(
  b: Builder,
  parameters: ParameterSource,
  name: string,
  x: Value,
  width: number,
  classes: number,
): Value {
  const parameter = (part: string, dims: readonly number[], init: Init): Value =>
    b.parameter(`${name}.${part}`, parameters(`${name}.${part}`, dims, init));
  const weight = parameter("weight", [width, classes], { deviation: 0.02 });
  return b.op("Add", [b.op("MatMul", [x, weight]), parameter("bias", [classes], { value: 0 })]);
}

/** What every part of the network is built with. */
interface Part {
  readonly b: Builder;
  readonly config: EncoderConfig;
  readonly parameter: (name: string, dims: readonly number[], init: Init) => Value;
  /** [batch, sequence] */
  readonly shape: Value;
  /** 0 for tokens and MASKED for padding, float32[batch, 1, sequence]. */
  readonly bias: Value;
}

function attentionBias(b: Builder, mask: Value): Value {
  const bias = b.op("Mul", [b.op("Sub", [b.scalar(1), mask]), b.scalar(MASKED)]);
  return b.op("Unsqueeze", [bias, b.ints([1])]);
}

/** Token and position embeddings, as rows [batch*sequence, width]. */
function embed(part: Part, ids: Value): Value {
  const { b, config } = part;
  const { width } = config;
  const tokens = part.parameter("embedding.token", [config.vocabulary, width], { deviation: 0.02 });
  const positions = part.parameter("embedding.position", [config.positions, width], { deviation: 0.02 });
  const length = b.op("Shape", [ids], { start: 1, end: 2 });
  const here = b.op("Slice", [positions, b.ints([0]), length, b.ints([0])]);
  const sum = b.op("Add", [b.op("Gather", [tokens, ids]), here]);
  return drop(part, b.op("Reshape", [sum, b.ints([-1, width])]));
}

/**
 * softmax(Q Kᵀ / √d + bias) V over heads of width d, of the normed rows. One product with the stacked weights of all
 * heads makes Q, K and V as [3, heads, batch, sequence, d] where they are needed: moving weights into place costs little,
 * moving rows would not.
 */
function attention(part: Part, x: Value, name: string): Value {
  const { b, config } = part;
  const { width, heads } = config;
  const head = width / heads;
  const weight = part.parameter(`${name}.qkv.weight`, [width, 3 * width], { deviation: 0.02 });
  const byHead = b.op("Reshape", [weight, b.ints([width, 3 * heads, head])]);
  const stack = b.op("Transpose", [byHead], { perm: [1, 0, 2] });
  const qkv = b.op("MatMul", [norm(part, x, `${name}.norm`), stack]);
  const places = b.op("Concat", [b.ints([3, heads]), part.shape, b.ints([head])], { axis: 0 });
  const [q, k, v] = b
    .ops("Split", [b.op("Reshape", [qkv, places])], { axis: 0, num_outputs: 3 }, 3)
    .map((third) => b.op("Squeeze", [third, b.ints([0])]));
  const scores = b.op("MatMul", [q, b.op("Transpose", [k], { perm: [0, 1, 3, 2] })]);
  const scaled = b.op("Mul", [scores, b.scalar(1 / Math.sqrt(head))]);
  const shares = b.op("Softmax", [b.op("Add", [scaled, part.bias])], { axis: -1 });
  const mixed = b.op("Reshape", [b.op("MatMul", [shares, v]), b.ints([heads, -1, head])]);
  const rows = b.op("Reshape", [b.op("Transpose", [mixed], { perm: [1, 0, 2] }), b.ints([-1, width])]);
  return drop(part, dense(part, rows, `${name}.output`, [width, width], residual(config)));
}

function feedForward(part: Part, x: Value, name: string): Value {
  const { b, config } = part;
  const { width, feedForward: inner } = config;
  const hidden = dense(part, norm(part, x, `${name}.norm`), `${name}.in`, [width, inner], 0.02);
  const active = config.activation === "relu" ? b.op("Relu", [hidden]) : b.op("Gelu", [hidden]);
  return drop(part, dense(part, active, `${name}.out`, [inner, width], residual(config)));
}

/** One vector a text: the mean of its tokens, or their mean weighted by a learned query. */
function pool(part: Part, x: Value, mask: Value): Value {
  const { b, config } = part;
  const tokens = b.op("Reshape", [x, b.op("Concat", [part.shape, b.ints([config.width])], { axis: 0 })]);
  let shares: Value;
  if (config.pooling === "attention") {
    const query = part.parameter("pooling.query", [config.width, 1], { deviation: 0.02 });
    const scores = b.op("Reshape", [b.op("MatMul", [x, query]), part.shape]);
    const bias = b.op("Squeeze", [part.bias, b.ints([1])]);
    shares = b.op("Softmax", [b.op("Add", [scores, bias])], { axis: -1 });
  } else {
    shares = b.op("Div", [mask, b.op("ReduceSum", [mask, b.ints([1])], { keepdims: 1 })]);
  }
  const weighted = b.op("MatMul", [b.op("Unsqueeze", [shares, b.ints([1])]), tokens]);
  return b.op("Squeeze", [weighted, b.ints([1])]);
}

function norm(part: Part, x: Value, name: string): Value {
  const { width } = part.config;
  const scale = part.parameter(`${name}.scale`, [width], { value: 1 });
  const shift = part.parameter(`${name}.shift`, [width], { value: 0 });
  return part.b.op("LayerNormalization", [x, scale, shift], { axis: -1, epsilon: 1e-5 });
}

function dense(part: Part, x: Value, name: string, dims: readonly [number, number], deviation: number): Value {
  const weight = part.parameter(`${name}.weight`, dims, { deviation });
  const bias = part.parameter(`${name}.bias`, [dims[1]], { value: 0 });
  return part.b.op("Add", [part.b.op("MatMul", [x, weight]), bias]);
}

function drop(part: Part, x: Value): Value {
  const { dropout = 0 } = part.config;
  return dropout === 0 ? x : part.b.op("Dropout", [x, part.b.scalar(dropout)]);
}

/** Parts that add to the residual stream start smaller, by the number of additions (Radford et al. 2019). */
function residual(config: EncoderConfig): number {
  return 0.02 / Math.sqrt(2 * config.layers);
}

/** Parameters outside the embedding tables: what the floating point operations of a step are counted from. */
export function nonEmbeddingParameters(graph: Graph): number {
  let n = 0;
  for (const { name, dims } of graph.initialisers) {
    if (!name.startsWith("embedding.") && !name.startsWith("constant_")) n += sizeOf(dims as number[]);
  }
  return n;
}

function checkConfig(config: EncoderConfig): void {
  const refuse = (what: string): Fault => new Fault("model/encoder", { what });
  for (const key of ["layers", "width", "heads", "feedForward", "vocabulary", "positions", "classes"] as const) {
    const value = config[key];
    if (!Number.isInteger(value) || value < 1)
      throw refuse(`"${key}" of an encoder is a whole number from 1, not ${value}`);
  }
  if (config.width % config.heads !== 0) {
    throw refuse(`${config.heads} heads do not divide a width of ${config.width}`);
  }
  const { dropout = 0 } = config;
  if (!(dropout >= 0 && dropout < 1)) throw refuse(`dropout is a share from 0 up to 1, not ${dropout}`);
}
