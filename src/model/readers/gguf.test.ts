import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { llama8bMetadata, llama8bQ4KM, llama8bTensors, madeGguf } from "../../../test/contracts/made-gguf.ts";
import { Fault } from "../../base/fault.ts";
import { readGguf } from "./gguf.ts";
import { readModelHeader } from "./open.ts";
import { bytesSource } from "./source.ts";

const shared = process.env["WHITTLE_SHARED"] ?? join(import.meta.dirname, "../../../../shared");

const small = madeGguf(
  {
    "general.architecture": "gemma3",
    "gemma3.block_count": 6,
    "gemma3.embedding_length": 256,
    "gemma3.feed_forward_length": 512,
    "gemma3.attention.head_count": 4,
    "gemma3.attention.head_count_kv": 1,
    "gemma3.attention.key_length": 128,
    "gemma3.attention.value_length": 64,
    "gemma3.attention.sliding_window": 512,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
  },
  [
    { name: "token_embd.weight", dims: [3, 256], precision: "Q6_K" },
    { name: "blk.0.attn_v.weight", dims: [64, 256], precision: "Q4_K" },
    { name: "output_norm.weight", dims: [256], precision: "F32" },
  ],
);
const read = (head: Uint8Array, size = small.size): ReturnType<typeof readGguf> =>
  readGguf(bytesSource("made.gguf", head, size));

describe("the header of a GGUF file", () => {
  it("gives tensors with their bytes, and the architecture", () => {
    const header = read(small.head);
    expect(header.tensors).toEqual([
      { name: "token_embd.weight", dims: [3, 256], precision: "Q6_K", bytes: 3 * 210 },
      { name: "blk.0.attn_v.weight", dims: [64, 256], precision: "Q4_K", bytes: 64 * 144 },
      { name: "output_norm.weight", dims: [256], precision: "F32", bytes: 1024 },
    ]);
    expect(header.architecture).toMatchObject({ name: "gemma3", layers: 6, width: 256, heads: 4, vocabulary: 3 });
    const windows = header.architecture?.cache.map((layer) => layer.window);
    expect(windows).toEqual([512, 512, 512, 512, 512, null]);
    expect(header.architecture?.cache[0]).toMatchObject({ keys: 128, values: 64 });
  });

  it("of Llama 3.1 8B at Q4_K_M tells 4.58 GiB without a weight", () => {
    const { head, size } = madeGguf(llama8bMetadata, llama8bTensors(llama8bQ4KM));
    const header = readGguf(bytesSource("llama.gguf", head, size));
    const bytes = header.tensors.reduce((sum, t) => sum + t.bytes, 0);
    expect((bytes / 2 ** 30).toFixed(2)).toBe("4.58");
    // The file of 4,920,739,232 bytes that is downloaded holds 7.8 MB of vocabulary beside them.
    expect(bytes).toBe(4_912_898_304);
    expect(header.metadata.get("tokenizer.ggml.tokens")).toEqual({ count: 20_000 });
    expect(header.architecture?.cache[31]).toEqual({ keys: 1024, values: 1024, window: null });
  });

  it("is refused where it lies about counts, lengths, offsets and types", () => {
    const lie = (at: number, value: bigint): Fault => {
      const bytes = Uint8Array.from(small.head);
      new DataView(bytes.buffer).setBigUint64(at, value, true);
      return caught(() => read(bytes));
    };
    expect(lie(8, 2n ** 63n).why).toMatch(/more than its size can hold/);
    expect(lie(16, 2n ** 40n).why).toMatch(/more than its size can hold/);
    expect(lie(24, 2n ** 50n).why).toMatch(/claims 1125899906842624 bytes/);
    const offset = small.head.length - 8;
    expect(lie(offset, 33n).why).toMatch(/off the alignment/);
    expect(lie(offset, 0n).why).toMatch(/over each other/);
    expect(lie(offset, 2n ** 40n).message).toMatch(/ends before its tensor "output_norm.weight"/);
    const type = Uint8Array.from(small.head);
    new DataView(type.buffer).setUint32(small.head.length - 12, 4, true);
    expect(caught(() => read(type)).why).toMatch(/of type 4/);
    expect(caught(() => read(small.head, small.size - 64)).code).toBe("model/gguf");
  });

  it("is refused in other versions and the other byte order, by name", () => {
    const at = (version: number): string => caught(() => read(madeGguf({}, [], { version }).head, 4096)).message;
    expect(at(1)).toMatch(/version 1/);
    expect(at(0x03000000)).toMatch(/big-endian/);
    expect(caught(() => read(new Uint8Array(3), 3)).code).toBe("model/gguf");
  });

  it("gives an answer or a fault for whatever became of its bytes", () => {
    const damage = fc.array(fc.tuple(fc.nat(small.head.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.nat(small.head.length), fc.boolean(), (changes, length, cut) => {
        const bytes = Uint8Array.from(cut ? small.head.subarray(0, length) : small.head);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          expect(read(bytes, cut ? bytes.length : small.size).format).toBe("gguf");
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          expect(error.code).toMatch(/^model\/(?:gguf|truncated)$/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("is read from real files", ({ skip }) => {
    const folder = join(shared, "models/gguf-vocab");
    if (!existsSync(folder)) return skip("the shared models are not here");
    const bert = readModelHeader(join(folder, "ggml-vocab-bert-bge.gguf"));
    expect(bert.architecture).toMatchObject({
      name: "bert",
      layers: 12,
      width: 384,
      heads: 12,
      cache: [],
      vocabulary: 30_522,
    });
    const phi = readModelHeader(join(folder, "ggml-vocab-phi-3.gguf"));
    expect(phi.architecture).toMatchObject({ name: "phi3", layers: 32, width: 3072, vocabulary: 32_064 });
    expect(readModelHeader(join(folder, "ggml-vocab-gpt-2.gguf")).architecture?.name).toBe("gpt2");
  });
});
