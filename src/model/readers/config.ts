import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import { MAX_LAYERS, windowedButEvery } from "./gguf-architecture.ts";
import type { Architecture, LayerCache, TensorInfo } from "./header.ts";

const count = z
  .number()
  .int()
  .positive()
  .max(2 ** 31);
const layers = z.number().int().positive().max(MAX_LAYERS);
const maybe = <T extends z.ZodType>(type: T): z.ZodType<z.output<T> | null | undefined> => type.nullish();

/** The fields of config.json that memory hangs on, under the names that model families give them. */
const configSchema = z.object({
  model_type: z.string().max(200).optional(),
  is_encoder_decoder: maybe(z.boolean()),
  num_hidden_layers: maybe(layers),
  n_layer: maybe(layers),
  n_layers: maybe(layers),
  hidden_size: maybe(count),
  n_embd: maybe(count),
  dim: maybe(count),
  num_attention_heads: maybe(count),
  n_head: maybe(count),
  n_heads: maybe(count),
  num_key_value_heads: maybe(count),
  head_dim: maybe(count),
  kv_lora_rank: maybe(count),
  qk_rope_head_dim: maybe(count),
  intermediate_size: maybe(count),
  n_inner: maybe(count),
  hidden_dim: maybe(count),
  moe_intermediate_size: maybe(count),
  num_experts_per_tok: maybe(count),
  vocab_size: maybe(count),
  max_position_embeddings: maybe(count),
  n_positions: maybe(count),
  /** 0 where there is none. */
  sliding_window: maybe(z.number().int().nonnegative()),
  use_sliding_window: maybe(z.boolean()),
  max_window_layers: maybe(z.number().int().nonnegative()),
  sliding_window_pattern: maybe(count),
  layer_types: maybe(z.array(z.string().max(100)).max(MAX_LAYERS)),
});
type Config = z.output<typeof configSchema>;

/** Families that read a text at once and keep nothing of it. */
const encoders = new Set(
  "bert roberta xlm-roberta camembert distilbert electra albert deberta deberta-v2 mpnet modernbert nomic_bert new vit".split(
    " ",
  ),
);
const windowedAlways = new Set(["mistral", "mixtral", "starcoder2"]);
const recurrent = /mamba|rwkv|jamba|recurrent|xlstm|lfm2|bamba|falcon_h1|zamba|nemotron_h|qwen3_next|granitemoehybrid/;

/** What config.json says of a transformer; null where it describes another kind of network. */
export function configArchitecture(text: string, where: string, tensors: readonly TensorInfo[]): Architecture | null {
  const config = parse(text, where);
  const depth = config.num_hidden_layers ?? config.n_layer ?? config.n_layers;
  const width = config.hidden_size ?? config.n_embd ?? config.dim;
  const heads = config.num_attention_heads ?? config.n_head ?? config.n_heads ?? headsIn(tensors, config.head_dim);
  if (depth == null || width == null || heads == null) return null;
  const name = config.model_type ?? "unnamed";
  const expert = (config.moe_intermediate_size ?? config.intermediate_size ?? 0) * (config.num_experts_per_tok ?? 0);
  const dense = config.intermediate_size ?? config.n_inner ?? config.hidden_dim ?? 4 * width;
  return {
    name,
    layers: depth,
    width,
    feedForward: Math.max(expert, config.moe_intermediate_size == null ? dense : 0),
    heads,
    vocabulary:
      config.vocab_size ?? tensors.find((t) => /embed_tokens\.weight$|wte\.weight$/.test(t.name))?.dims[0] ?? 0,
    trainedContext: config.max_position_embeddings ?? config.n_positions ?? null,
    cache: encoders.has(name) ? [] : cacheOf(config, depth, width / heads, heads, tensors),
    uncounted: uncounted(config, name),
  };
}

/** Rows of the first projection of a name: in some families the description leaves out what its program takes as given. */
function rowsOf(tensors: readonly TensorInfo[], projection: string): number | undefined {
  return tensors.find(({ name }) => name.endsWith(`.${projection}.weight`))?.dims[0];
}

/** Heads by the rows of the queries, where the norm of one head, or the description, says how wide a head is. */
function headsIn(tensors: readonly TensorInfo[], told: number | null | undefined): number | null {
  const [rows, wide] = [rowsOf(tensors, "q_proj"), told ?? rowsOf(tensors, "q_norm")];
  return rows === undefined || wide === undefined || wide < 1 || rows % wide !== 0 ? null : rows / wide;
}

function uncounted(config: Config, name: string): string | null {
  if (config.is_encoder_decoder === true) return `${name} has an encoder and a decoder, which is not modelled here`;
  return recurrent.test(name) || hasStates(config)
    ? `${name} keeps a recurrent state, which is not modelled here`
    : null;
}

/** Layers that are no attention, or linear attention, keep a state instead of keys and values. */
function hasStates({ layer_types }: Config): boolean {
  return layer_types?.some((type) => !type.endsWith("attention") || type.startsWith("linear")) === true;
}

function cacheOf(
  config: Config,
  depth: number,
  headWidth: number,
  heads: number,
  tensors: readonly TensorInfo[],
): LayerCache[] {
  const told = config.num_key_value_heads ?? config.num_attention_heads ?? config.n_head ?? config.n_heads;
  const seen = told == null ? rowsOf(tensors, "k_proj") : undefined;
  const each = seen ?? (config.head_dim ?? headWidth) * (config.num_key_value_heads ?? heads);
  // Latent attention keeps one vector a token for all heads, with the part that carries the position beside it.
  const latent = config.kv_lora_rank ?? 0;
  const [keys, values] = latent > 0 ? [latent + (config.qk_rope_head_dim ?? 0), latent] : [each, each];
  return Array.from({ length: depth }, (_, i) => ({ keys, values, window: windowOf(config, i) }));
}

function windowOf(config: Config, layer: number): number | null {
  const window = config.sliding_window ?? 0;
  if (window === 0 || config.use_sliding_window === false) return null;
  const type = config.layer_types?.[layer];
  if (type !== undefined) return type.includes("sliding") ? window : null;
  const period = config.sliding_window_pattern ?? windowedButEvery[(config.model_type ?? "").replace(/_text$/, "")];
  if (period != null) return (layer + 1) % period === 0 ? null : window;
  if (config.use_sliding_window === true) return layer >= (config.max_window_layers ?? 0) ? window : null;
  return windowedAlways.has(config.model_type ?? "") ? window : null;
}

/** The description itself, or that of the language model inside one that also hears or sees. */
function parse(text: string, where: string): Config {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return bad(where, "it is not JSON", cause);
  }
  const inner = typeof json === "object" && json !== null && "text_config" in json ? json.text_config : undefined;
  const read = configSchema.safeParse(typeof inner === "object" && inner !== null ? inner : json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return bad(where, `${issue.path.join(".") || "it"}: ${issue.message}`);
}

function bad(where: string, why: string, cause?: unknown): never {
  throw new Fault("model/config", {
    what: "config.json does not describe a model",
    where,
    why,
    remedy: "download it again from where the model comes from",
    cause,
  });
}
