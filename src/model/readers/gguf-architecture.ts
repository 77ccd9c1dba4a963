import type { Metadata, MetadataValue } from "./gguf-metadata.ts";
import type { Architecture, LayerCache, TensorInfo } from "./header.ts";

/**
 * Which layers look back through a window, where the header gives a window and no pattern: all but every n-th, as llama.cpp
 * sets it for each architecture. One that is not listed here is taken to look back on everything, which bounds it from above.
 */
export const windowedButEvery: Readonly<Record<string, number | undefined>> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  "gpt-oss": 2,
  cohere2: 4,
  olmo2: 4,
  exaone4: 4,
  smallthinker: 4,
};

/** Keys that only architectures with a state beside, or instead of, the keys and values have. */
const recurrent = /\.(?:ssm|wkv|shortconv|kda)\b/;

/** What the metadata say of a transformer; null where they name no architecture with layers. */
export function ggufArchitecture(metadata: Metadata, tensors: readonly TensorInfo[]): Architecture | null {
  const name = metadata.get("general.architecture");
  if (typeof name !== "string") return null;
  const at = (key: string): MetadataValue | undefined => metadata.get(`${name}.${key}`);
  const number = (key: string): number | undefined => whole(at(key));
  const [layers, width] = [number("block_count"), number("embedding_length")];
  if (layers === undefined || width === undefined || layers < 1 || layers > MAX_LAYERS || width < 1) return null;
  const perLayer = (key: string): readonly (number | undefined)[] => spread(at(key), layers);
  const heads = perLayer("attention.head_count");
  const most = Math.max(0, ...heads.map((h) => h ?? 0));
  const keyValueHeads = at("attention.head_count_kv") === undefined ? heads : perLayer("attention.head_count_kv");
  const headWidth = most > 0 ? width / most : 0;
  const [keyWidth, valueWidth] = [number("attention.key_length"), number("attention.value_length")];
  const window = number("attention.sliding_window") ?? 0;
  const windowed = windowedLayers(at("attention.sliding_window_pattern"), windowedButEvery[name], layers);
  const keepsNothing = at("attention.causal") === false;
  const cache = keyValueHeads.map((h, i): LayerCache => ({
    keys: (h ?? 0) * (keyWidth ?? headWidth),
    values: (h ?? 0) * (valueWidth ?? headWidth),
    window: window > 0 && windowed[i] ? window : null,
  }));
  return {
    name,
    layers,
    width,
    feedForward: feedForwardOf(perLayer("feed_forward_length"), number),
    heads: most,
    vocabulary: vocabularyOf(metadata, number("vocab_size"), tensors),
    trainedContext: number("context_length") || null,
    cache: keepsNothing ? [] : cache,
    uncounted: keepsNothing ? null : uncounted(metadata, name, most),
  };
}

export const MAX_LAYERS = 4096;

function uncounted(metadata: Metadata, name: string, heads: number): string | null {
  const state = [...metadata.keys()].find((key) => key.startsWith(`${name}.`) && recurrent.test(key));
  if (state !== undefined) return `${name} keeps a recurrent state (${state}), which is not modelled here`;
  return heads === 0 ? `the header of ${name} names no attention heads` : null;
}

function whole(value: MetadataValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A value for all layers, or one a layer. */
function spread(value: MetadataValue | undefined, layers: number): readonly (number | undefined)[] {
  const one = whole(value);
  return Array.from({ length: layers }, (_, i) => (Array.isArray(value) ? whole(value[i] as number) : one));
}

/** The pattern is a flag a layer, or a period n: all but every n-th layer have the window. */
function windowedLayers(pattern: MetadataValue | undefined, period: number | undefined, layers: number): boolean[] {
  const n = whole(pattern) ?? period;
  return Array.from({ length: layers }, (_, i) => {
    if (Array.isArray(pattern)) return pattern[i] === true || (typeof pattern[i] === "number" && pattern[i] !== 0);
    return n !== undefined && n > 0 && i % n < n - 1;
  });
}

function feedForwardOf(dense: readonly (number | undefined)[], number: (key: string) => number | undefined): number {
  const used = number("expert_used_count") ?? 0;
  const expert = (number("expert_feed_forward_length") ?? dense[0] ?? 0) * used;
  return Math.max(expert, ...dense.map((d) => d ?? 0));
}

function vocabularyOf(metadata: Metadata, stated: number | undefined, tensors: readonly TensorInfo[]): number {
  const tokens = metadata.get("tokenizer.ggml.tokens");
  const listed = Array.isArray(tokens)
    ? tokens.length
    : typeof tokens === "object" && "count" in tokens
      ? tokens.count
      : 0;
  const rows = (name: string): number => tensors.find((t) => t.name === name)?.dims[0] ?? 0;
  return Math.max(rows("output.weight"), rows("token_embd.weight")) || stated || listed;
}
