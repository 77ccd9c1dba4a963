import type { TensorInfo } from "../model/readers/header.ts";
import { bytesAt, elementsOf, type Precision } from "../model/readers/precision.ts";

/**
 * What a language model weighs at each of llama.cpp's mixes, the finest first. A mix has one precision for most matrices and
 * finer ones for those that suffer most: the output, the values of attention, the way down of the feed-forward part in some
 * layers. The rules are those of llama_tensor_get_type in llama.cpp's llama-quant.cpp, without an importance matrix.
 */
export const mixes = ["F32", "F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "IQ4_XS", "Q3_K_M", "Q2_K"] as const;
export type Mix = (typeof mixes)[number];

const base: Readonly<Record<Mix, Precision>> = {
  F32: "F32",
  F16: "F16",
  Q8_0: "Q8_0",
  Q6_K: "Q6_K",
  Q5_K_M: "Q5_K",
  Q4_K_M: "Q4_K",
  Q4_0: "Q4_0",
  IQ4_XS: "IQ4_XS",
  Q3_K_M: "Q3_K",
  Q2_K: "Q2_K",
};

type Role = "output" | "embedding" | "values" | "together" | "attention-output" | "down" | "other";

/** Names as GGUF has them, and as model hubs do. */
const roles: readonly (readonly [Role, RegExp])[] = [
  ["output", /^(?:output|lm_head)\.weight$/],
  ["embedding", /^token_embd\.weight$|(?:embed_tokens|wte|word_embeddings)\.weight$/],
  ["together", /attn_qkv\.weight$|(?:qkv_proj|query_key_value|c_attn)\.weight$/],
  ["values", /attn_v\.weight$|(?:v_proj|value)\.weight$/],
  ["attention-output", /attn_output\.weight$|(?:self_attn\.o_proj|attn\.c_proj|attention\.dense)\.weight$/],
  ["down", /ffn_down(?:_exps|_shexp)?(?:\.\d+)?\.weight$|(?:down_proj|mlp\.c_proj|\.w2)\.weight$/],
];
const keptWhole =
  /norm|(?:ffn_gate_inp|router|mlp\.gate|position_embd|token_types|ssm_conv1d|shortconv\.conv)\.weight$|^ln_/;
const layerNumber = /(?:^|\.)(?:blk|layers|layer|h|blocks)\.(\d+)\./;

export interface MixContext {
  readonly layers: number;
  /** Query heads that share one head of keys and values. */
  readonly grouped: number;
  /** Without an output of its own the embedding is the output. */
  readonly tied: boolean;
}

export function mixContext(
  tensors: readonly TensorInfo[],
  layers: number,
  heads: number,
  keys: number,
  width: number,
): MixContext {
  const keyHeads = heads > 0 ? keys / (width / heads) : 0;
  return {
    layers,
    grouped: keyHeads > 0 ? heads / keyHeads : 1,
    tied: !tensors.some((t) => roleOf(t.name) === "output"),
  };
}

/** Bytes of all tensors at a mix. */
export function mixBytes(tensors: readonly TensorInfo[], mix: Mix, context: MixContext): number {
  return tensors.reduce((sum, t) => {
    const elements = elementsOf(t.dims);
    return sum + (bytesAt(precisionIn(mix, t, context), elements, t.dims.at(-1) ?? 1) as number);
  }, 0);
}

/** The precision of one tensor in a mix: vectors and norms stay float32, a row that is no whole number of blocks falls back. */
export function precisionIn(mix: Mix, { name, dims }: TensorInfo, context: MixContext): Precision {
  if (dims.filter((d) => d > 1).length < 2 || !name.endsWith("weight") || keptWhole.test(name)) return "F32";
  const row = dims.at(-1) as number;
  let precision: Precision | undefined = mix === "F32" || mix === "F16" ? base[mix] : chosen(mix, name, row, context);
  while (precision !== undefined && bytesAt(precision, row, row) === undefined) precision = fallback[precision];
  return precision ?? "F16";
}

const fallback: Partial<Record<Precision, Precision>> = {
  IQ4_XS: "IQ4_NL",
  Q2_K: "Q4_0",
  Q3_K: "Q4_0",
  Q4_K: "Q5_0",
  Q5_K: "Q5_1",
  Q6_K: "Q8_0",
};

function chosen(mix: Mix, name: string, row: number, { layers, grouped, tied }: MixContext): Precision {
  const role = roleOf(name);
  const layer = Number(layerNumber.exec(name)?.[1] ?? 0);
  if (role === "output" || (tied && role === "embedding")) {
    return mix === "Q8_0" || bytesAt(base[mix], row, row) === undefined ? "Q8_0" : "Q6_K";
  }
  const finer = rules[mix]?.[role];
  return finer?.(layer, layers, grouped) ?? base[mix];
}

type Rule = (layer: number, layers: number, grouped: number) => Precision | undefined;

/** The first and last eighth of the layers, and every third between. */
const moreBits = (layer: number, layers: number): boolean => {
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
};
const sixWhereItCounts: Rule = (layer, layers) => (moreBits(layer, layers) ? "Q6_K" : undefined);

const rules: Partial<Record<Mix, Partial<Record<Role, Rule>>>> = {
  Q5_K_M: { values: sixWhereItCounts, down: sixWhereItCounts, together: () => "Q6_K" },
  Q4_K_M: { values: sixWhereItCounts, down: sixWhereItCounts, together: () => "Q5_K" },
  IQ4_XS: {
    values: (_, __, grouped) => (grouped >= 4 ? "Q5_K" : undefined),
    down: (layer, layers) => (layer < Math.floor(layers / 8) ? "Q5_K" : undefined),
  },
  Q3_K_M: {
    values: (layer) => (layer < 2 ? "Q5_K" : "Q4_K"),
    down: (layer, layers) => (layer < Math.floor(layers / 16) ? "Q5_K" : "Q4_K"),
    "attention-output": () => "Q4_K",
    together: () => "Q4_K",
  },
  Q2_K: {
    values: (_, __, grouped) => (grouped >= 4 ? "Q4_K" : "Q3_K"),
    down: () => "Q3_K",
    "attention-output": () => "Q3_K",
  },
};

function roleOf(name: string): Role {
  return roles.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";
}
