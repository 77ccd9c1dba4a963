import { z } from "zod";
import { Fault } from "../base/fault.ts";

/** The sizes of a Llama decoder. */
export interface LlamaConfig {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** Of keys and values; it divides the number of heads. */
  readonly keyValueHeads: number;
  /** Even: positions turn pairs. */
  readonly headWidth: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Of the norms. */
  readonly epsilon: number;
  /** The base of the rotary positions. */
  readonly theta: number;
  /** Whether the embedding table makes the logits too. */
  readonly tied: boolean;
}

const count = z
  .number()
  .int()
  .positive()
  .max(1 << 24);
const absent = z.union([z.null(), z.literal(false)]).optional();

const schema = z.object({
  model_type: z.literal("llama"),
  num_hidden_layers: count.max(1000),
  hidden_size: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count,
  vocab_size: count,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().default(10_000),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.literal("silu").default("silu"),
  // What the graph would have to do otherwise.
  rope_scaling: absent,
  attention_bias: absent,
  mlp_bias: absent,
});

/** Reads the config.json of a checkpoint; what it asks for beyond the plain decoder is refused. */
export function llamaConfig(text: string, where = "config.json"): LlamaConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse(where, "it is not JSON", cause);
  }
  const read = schema.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(where, `${issue.path.join(".") || "it"}: ${issue.message}`);
  }
  const c = read.data;
  const keyValueHeads = c.num_key_value_heads ?? c.num_attention_heads;
  const headWidth = c.head_dim ?? c.hidden_size / c.num_attention_heads;
  if (c.num_attention_heads % keyValueHeads !== 0) refuse(where, "its heads do not divide among those of its keys");
  if (!Number.isInteger(headWidth / 2)) refuse(where, `the width of a head is ${headWidth}, which makes no pairs`);
  return {
    layers: c.num_hidden_layers,
    width: c.hidden_size,
    heads: c.num_attention_heads,
    keyValueHeads,
    headWidth,
    feedForward: c.intermediate_size,
    vocabulary: c.vocab_size,
    epsilon: c.rms_norm_eps,
    theta: c.rope_theta,
    tied: c.tie_word_embeddings,
  };
}

function refuse(where: string, why: string, cause?: unknown): never {
  throw new Fault("model/config", {
    what: "config.json does not describe a plain Llama decoder",
    where,
    why,
    remedy: "take a checkpoint of a Llama without scaled positions and without biases",
    cause,
  });
}
