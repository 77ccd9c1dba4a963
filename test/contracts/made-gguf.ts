import { ggmlNumberOf } from "../../src/model/readers/gguf.ts";
import { bytesAt, elementsOf, type Precision } from "../../src/model/readers/precision.ts";

/** GGUF files made by hand, as the format's own page describes them. */

export type MadeValue = number | boolean | string | readonly string[] | readonly number[] | readonly boolean[];

export interface MadeTensor {
  readonly name: string;
  /** Outermost first. */
  readonly dims: readonly number[];
  readonly precision: Precision;
}

export interface MadeGguf {
  /** Magic to the end of the tensors' entries. */
  readonly head: Uint8Array;
  /** Of the whole file, tensors included. */
  readonly size: number;
}

const types = { u32: 4, f32: 6, bool: 7, string: 8, array: 9 } as const;

export function madeGguf(
  metadata: Readonly<Record<string, MadeValue>>,
  tensors: readonly MadeTensor[],
  { version = 3, alignment = 32 }: { readonly version?: number; readonly alignment?: number } = {},
): MadeGguf {
  const out = new Writer();
  out.raw("GGUF").u32(version).u64(tensors.length).u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) out.text(key).value(value);
  let offset = 0;
  for (const { name, dims, precision } of tensors) {
    out.text(name).u32(dims.length);
    for (const d of [...dims].reverse()) out.u64(d);
    out.u32(ggmlNumberOf(precision) as number).u64(offset);
    const bytes = bytesAt(precision, elementsOf(dims), dims.at(-1) ?? 1) as number;
    offset = Math.ceil((offset + bytes) / alignment) * alignment;
  }
  const head = out.bytes();
  return { head, size: Math.ceil(head.length / alignment) * alignment + offset };
}

/** Llama 3.1 8B as its header has it: 32 layers, width 4096, 32 heads, 8 of keys and values, 128,256 words. */
export const llama8bMetadata: Readonly<Record<string, MadeValue>> = {
  "general.architecture": "llama",
  "general.name": "Meta Llama 3.1 8B Instruct",
  "llama.block_count": 32,
  "llama.context_length": 131_072,
  "llama.embedding_length": 4096,
  "llama.feed_forward_length": 14_336,
  "llama.attention.head_count": 32,
  "llama.attention.head_count_kv": 8,
  "llama.rope.freq_base": 500_000.5,
  "llama.vocab_size": 128_256,
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.tokens": Array.from({ length: 20_000 }, (_, i) => `word${i}`),
};

export function llama8bTensors(precision: (name: string) => Precision): MadeTensor[] {
  const tensor = (name: string, ...dims: number[]): MadeTensor => ({ name, dims, precision: precision(name) });
  return [
    tensor("token_embd.weight", 128_256, 4096),
    ...Array.from({ length: 32 }, (_, i) => [
      tensor(`blk.${i}.attn_norm.weight`, 4096),
      tensor(`blk.${i}.ffn_down.weight`, 4096, 14_336),
      tensor(`blk.${i}.ffn_gate.weight`, 14_336, 4096),
      tensor(`blk.${i}.ffn_up.weight`, 14_336, 4096),
      tensor(`blk.${i}.ffn_norm.weight`, 4096),
      tensor(`blk.${i}.attn_k.weight`, 1024, 4096),
      tensor(`blk.${i}.attn_output.weight`, 4096, 4096),
      tensor(`blk.${i}.attn_q.weight`, 4096, 4096),
      tensor(`blk.${i}.attn_v.weight`, 1024, 4096),
    ]).flat(),
    tensor("output_norm.weight", 4096),
    tensor("rope_freqs.weight", 64),
    tensor("output.weight", 128_256, 4096),
  ];
}

/** The layers whose attn_v and ffn_down are Q6_K in the file that is downloaded as Q4_K_M, read off its listing. */
const sixBitLayers = [0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31];

export function llama8bQ4KM(name: string): Precision {
  if (/norm|rope_freqs/.test(name)) return "F32";
  const layer = Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1);
  const six = name === "output.weight" || (/attn_v|ffn_down/.test(name) && sixBitLayers.includes(layer));
  return six ? "Q6_K" : "Q4_K";
}

class Writer {
  readonly #parts: Uint8Array[] = [];

  raw(text: string): this {
    return this.#put(new TextEncoder().encode(text));
  }

  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u64(bytes.length).#put(bytes);
  }

  u32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.#put(bytes);
  }

  u64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    return this.#put(bytes);
  }

  value(value: MadeValue): this {
    if (Array.isArray(value)) {
      const list = value as readonly (number | boolean | string)[];
      this.u32(types.array).u32(typeOf(list[0])).u64(list.length);
      for (const each of list) this.#scalar(each);
      return this;
    }
    const scalar = value as number | boolean | string;
    return this.u32(typeOf(scalar)).#scalar(scalar);
  }

  #scalar(value: number | boolean | string): this {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "boolean") return this.#put(Uint8Array.of(value ? 1 : 0));
    if (Number.isInteger(value)) return this.u32(value);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#put(bytes);
  }

  #put(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}

function typeOf(value: number | boolean | string): number {
  if (typeof value === "string") return types.string;
  if (typeof value === "boolean") return types.bool;
  return Number.isInteger(value) ? types.u32 : types.f32;
}
