import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { scratch } from "../../../test/scratch.ts";
import { Fault } from "../../base/fault.ts";
import { configArchitecture } from "./config.ts";
import { readModelHeader } from "./open.ts";
import { readSafetensors } from "./safetensors.ts";
import { bytesSource } from "./source.ts";

const shared = process.env["WHITTLE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");
const folder = scratch();

function made(header: unknown, data = 0): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (dtype: string, shape: readonly number[], from: number, to: number) => ({
  dtype,
  shape,
  data_offsets: [from, to],
});
const read = (bytes: Uint8Array) => readSafetensors(bytesSource("made.safetensors", bytes));
const example = made(
  { __metadata__: { format: "pt" }, a: entry("BF16", [2, 3], 0, 12), b: entry("F8_E4M3", [4], 12, 16) },
  16,
);

describe("a safetensors file", () => {
  it("gives its tensors", () => {
    expect(read(example)).toEqual([
      { name: "a", dims: [2, 3], precision: "BF16", bytes: 12 },
      { name: "b", dims: [4], precision: "F8", bytes: 4 },
    ]);
  });

  it("is refused where its header lies", () => {
    const why = (header: unknown, data = 16): string => {
      const fault = caught(() => read(made(header, data)));
      expect(fault.code).toBe("model/safetensors");
      return `${fault.message}: ${fault.why}`;
    };
    expect(why({ a: entry("F32", [2, 3], 0, 12) })).toMatch(/F32\[2, 3\] and lies in 12 bytes/);
    expect(why({ a: entry("F32", [4], 0, 16), b: entry("F32", [4], 8, 24) }, 24)).toMatch(/lies over the one before/);
    expect(why({ a: entry("F32", [8], 0, 32) })).toMatch(/ends before its tensors do/);
    expect(why({ a: entry("Q4", [4], 0, 16) })).toMatch(/type Q4/);
    expect(why({ a: entry("F32", [-4], 0, 16) })).toMatch(/no proper shape/);
    expect(why({ a: entry("F32", [2 ** 30, 2 ** 30, 2 ** 30], 0, 16) })).toMatch(/lies in 16 bytes/);
    expect(why([])).toMatch(/lists no tensors/);
    const long = Uint8Array.from(example);
    new DataView(long.buffer).setBigUint64(0, 2n ** 60n, true);
    expect(caught(() => read(long)).why).toMatch(/100000000 are allowed/);
    new DataView(long.buffer).setBigUint64(0, 90_000_000n, true);
    expect(caught(() => read(long)).why).toMatch(/of a file of/);
  });

  it("gives an answer or a fault for whatever became of its bytes", () => {
    const damage = fc.array(fc.tuple(fc.nat(example.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 3 });
    fc.assert(
      fc.property(damage, fc.nat(example.length), (changes, length) => {
        const bytes = Uint8Array.from(example.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          expect(read(bytes).length).toBeLessThan(3);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          expect(error.code).toBe("model/safetensors");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a folder of safetensors", () => {
  const config = JSON.stringify({
    model_type: "llama",
    num_hidden_layers: 2,
    hidden_size: 8,
    num_attention_heads: 2,
    vocab_size: 9,
  });

  it("is read over all the files that its index names", () => {
    writeFileSync(join(folder(), "config.json"), config);
    writeFileSync(join(folder(), "one.safetensors"), made({ a: entry("F16", [4], 0, 8) }, 8));
    writeFileSync(join(folder(), "two.safetensors"), made({ b: entry("F16", [2], 0, 4) }, 4));
    const map = (weight_map: Readonly<Record<string, string>>): void =>
      writeFileSync(join(folder(), "model.safetensors.index.json"), JSON.stringify({ weight_map }));
    map({ a: "one.safetensors", b: "two.safetensors" });
    const header = readModelHeader(folder());
    expect(header.tensors.map((t) => t.name)).toEqual(["a", "b"]);
    expect(header.architecture).toMatchObject({ name: "llama", layers: 2, vocabulary: 9 });
    map({ a: "../one.safetensors" });
    expect(caught(() => readModelHeader(folder())).why).toMatch(/not in the folder/);
    map({ a: "three.safetensors" });
    expect(caught(() => readModelHeader(folder())).code).toBe("model/safetensors");
    writeFileSync(join(folder(), "two.safetensors"), made({ a: entry("F16", [2], 0, 4) }, 4));
    map({ a: "one.safetensors", b: "two.safetensors" });
    expect(caught(() => readModelHeader(folder())).why).toMatch(/"a" is in one.safetensors and in two.safetensors/);
  });

  it("without a model is a fault, and a file of another kind too", () => {
    expect(caught(() => readModelHeader(folder())).code).toBe("model/format");
    writeFileSync(join(folder(), "notes.txt"), "hello");
    expect(caught(() => readModelHeader(join(folder(), "notes.txt"))).code).toBe("model/format");
    expect(caught(() => readModelHeader(join(folder(), "none.gguf"))).code).toBe("disk/missing");
  });

  it("is read from a real model", ({ skip }) => {
    const path = join(shared, "models/stories260K/derived");
    if (!existsSync(path)) return skip("the shared models are not here");
    const header = readModelHeader(path);
    expect(header.tensors.reduce((n, t) => n + t.bytes / 4, 0)).toBe(260_032);
    expect(header.architecture).toMatchObject({ layers: 5, width: 64, heads: 8, vocabulary: 512, trainedContext: 512 });
    expect(header.architecture?.cache).toEqual(Array(5).fill({ keys: 32, values: 32, window: null }));
  });
});

describe("config.json", () => {
  const of = (config: object) => configArchitecture(JSON.stringify(config), "config.json", []);
  const base = { num_hidden_layers: 4, hidden_size: 64, num_attention_heads: 8 };

  it("tells windows by layer, by period, and for all", () => {
    const windows = (config: object) => of({ ...base, ...config })?.cache.map((layer) => layer.window);
    const types = ["sliding_attention", "full_attention", "sliding_attention", "full_attention"];
    expect(windows({ sliding_window: 128, layer_types: types })).toEqual([128, null, 128, null]);
    expect(windows({ sliding_window: 128, sliding_window_pattern: 2 })).toEqual([128, null, 128, null]);
    expect(windows({ model_type: "mistral", sliding_window: 128 })).toEqual([128, 128, 128, 128]);
    expect(windows({ model_type: "qwen2", sliding_window: 128, use_sliding_window: false })).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(windows({ use_sliding_window: true, sliding_window: 128, max_window_layers: 3 })).toEqual([
      null,
      null,
      null,
      128,
    ]);
  });

  it("tells what a layer keeps: of grouped heads, of latent attention, of an encoder, of a model inside another", () => {
    expect(of({ ...base, num_key_value_heads: 2, head_dim: 16 })?.cache[0]).toMatchObject({ keys: 32, values: 32 });
    expect(of({ ...base, kv_lora_rank: 512, qk_rope_head_dim: 64 })?.cache[0]).toMatchObject({
      keys: 576,
      values: 512,
    });
    expect(of({ ...base, model_type: "bert" })?.cache).toEqual([]);
    // Gemma 3 leaves out its heads, their width and its pattern of windows.
    const weight = (name: string, ...dims: number[]) => ({
      name: `l.0.${name}.weight`,
      dims,
      precision: "BF16" as const,
      bytes: 0,
    });
    const seen = [weight("q_proj", 2048, 2560), weight("k_proj", 1024, 2560), weight("q_norm", 256)];
    const terse = { model_type: "gemma3_text", num_hidden_layers: 6, hidden_size: 2560, sliding_window: 1024 };
    const gemma = configArchitecture(JSON.stringify(terse), "config.json", seen);
    expect(gemma).toMatchObject({
      heads: 8,
      cache: [{ keys: 1024, values: 1024, window: 1024 }, {}, {}, {}, {}, { window: null }],
    });
    expect(of({ model_type: "gemma3", text_config: { ...base, model_type: "gemma3_text" } })?.name).toBe("gemma3_text");
    expect(of({ ...base, model_type: "mamba2" })?.uncounted).toMatch(/recurrent/);
    expect(of({ ...base, layer_types: ["linear_attention", "full_attention"] })?.uncounted).toMatch(/recurrent/);
    expect(of({ ...base, layer_types: ["full_attention", "sliding_attention"], sliding_window: 0 })).toMatchObject({
      uncounted: null,
      cache: Array(4).fill({ keys: 64, values: 64, window: null }) as unknown,
    });
    expect(of({ ...base, is_encoder_decoder: true })?.uncounted).toMatch(/encoder and a decoder/);
    expect(of({ architectures: ["ResNet"] })).toBeNull();
  });

  it("is refused where it is no description", () => {
    expect(caught(() => of({ ...base, num_hidden_layers: 1e9 })).why).toMatch(/num_hidden_layers/);
    expect(caught(() => configArchitecture("{", "config.json", [])).why).toMatch(/not JSON/);
  });
});
