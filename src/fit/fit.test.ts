import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  llama8bMetadata,
  llama8bQ4KM,
  llama8bTensors,
  madeGguf,
  type MadeValue,
} from "../../test/contracts/made-gguf.ts";
import { Fault } from "../base/fault.ts";
import { readGguf } from "../model/readers/gguf.ts";
import type { ModelHeader } from "../model/readers/header.ts";
import { bytesSource } from "../model/readers/source.ts";
import { cacheBytes } from "./cache.ts";
import { decoderActivations } from "./decoder.ts";
import { mixBytes, mixContext, precisionIn } from "./mixes.ts";
import { planFit } from "./plan.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

function llama(metadata: Readonly<Record<string, MadeValue>> = llama8bMetadata): ModelHeader {
  const { head, size } = madeGguf(metadata, llama8bTensors(llama8bQ4KM));
  return readGguf(bytesSource("llama.gguf", head, size));
}
const header = llama();
const architecture = header.architecture!;

describe("keys and values", () => {
  it("of Llama 3.1 8B take what llama.cpp reports: 1024 MiB for 8192 tokens at f16", () => {
    const at = (cache: "f16" | "q8_0" | "q4_0", context = 8192, batch = 1): number =>
      cacheBytes(architecture, { context, batch, cache }) / MiB;
    expect(at("f16")).toBe(1024);
    expect(at("f16", 2048)).toBe(256);
    expect(at("q8_0")).toBe(544);
    expect(at("q4_0")).toBe(288);
    expect(at("f16", 8192, 3)).toBe(3072);
  });

  it("of layers with a sliding window stop growing with the context", () => {
    // Gemma 3 4B: 34 layers, one in six looks back on everything, a window of 1024, 4 key heads of 256.
    const cache = Array.from({ length: 34 }, (_, i) => ({
      keys: 1024,
      values: 1024,
      window: i % 6 === 5 ? null : 1024,
    }));
    const gemma = { ...architecture, layers: 34, cache };
    const perToken = 2 * 1024 * 2;
    const at = (context: number): number => cacheBytes(gemma, { context, batch: 1, cache: "f16" });
    expect(at(1000)).toBe(34 * 1000 * perToken);
    expect(at(32_768)).toBe((5 * 32_768 + 29 * 1536) * perToken);
  });
});

describe("activations of a decoder", () => {
  it("are those that llama.cpp reports for Llama 3.1 8B", () => {
    expect(decoderActivations(architecture, { context: 2048, batch: 1, flash: false }) / MiB).toBe(258.5);
    const written = decoderActivations(architecture, { context: 8192, batch: 1, flash: false }) / MiB;
    expect(written).toBeGreaterThanOrEqual(560);
    expect(written).toBeLessThan(560 * 1.1);
  });
});

describe("mixes of precisions", () => {
  const context = mixContext(header.tensors, 32, 32, 1024, 4096);
  it("weigh what the published files of Llama 3.1 8B weigh, but for their vocabulary", () => {
    // Decimal gigabytes as the hub lists them; the vocabulary takes 0.008 of each. IQ4_XS is published with an importance matrix.
    const published = {
      F16: 16.07,
      Q8_0: 8.54,
      Q6_K: 6.6,
      Q5_K_M: 5.73,
      Q4_K_M: 4.92,
      Q3_K_M: 4.02,
      Q2_K: 3.18,
    } as const;
    for (const [mix, gigabytes] of Object.entries(published)) {
      const made = mixBytes(header.tensors, mix as keyof typeof published, context) / 1e9 + 0.008;
      expect(Math.abs(made - gigabytes), `${mix}: ${made}`).toBeLessThan(0.012);
    }
  });

  it("give each tensor of a Q4_K_M file the precision that it has there", () => {
    for (const tensor of header.tensors)
      expect(precisionIn("Q4_K_M", tensor, context), tensor.name).toBe(tensor.precision);
  });

  it("read the hub's names as they read GGUF's, and fall back where a row is no whole number of blocks", () => {
    const tensor = (name: string, ...dims: number[]) => ({ name, dims, precision: "BF16" as const, bytes: 0 });
    const of = (name: string, ...dims: number[]) =>
      precisionIn("Q4_K_M", tensor(name, ...dims), { ...context, tied: true });
    expect(of("model.layers.0.self_attn.v_proj.weight", 1024, 4096)).toBe("Q6_K");
    expect(of("model.layers.4.self_attn.v_proj.weight", 1024, 4096)).toBe("Q4_K");
    expect(of("model.embed_tokens.weight", 32_000, 4096)).toBe("Q6_K");
    expect(of("model.norm.weight", 4096)).toBe("F32");
    expect(of("model.layers.9.mlp.up_proj.weight", 512, 96)).toBe("Q5_0");
    expect(of("model.layers.9.mlp.up_proj.weight", 512, 90)).toBe("F16");
  });
});

describe("a plan", () => {
  it("for Llama 3.1 8B at Q4_K_M begins with its 4.58 GiB and says what fits in 8 GB", () => {
    const plan = planFit(header, { budget: 8e9, context: 8192 });
    expect((plan.needs.weights / GiB).toFixed(2)).toBe("4.58");
    expect(plan.needs.cache).toBe(1024 * MiB);
    expect(plan.verdict).toBe("fits");
    expect(plan.precisions[0]).toMatchObject({ precision: "Q4_K" });
    expect(plan.needs.total).toBe(plan.needs.weights + plan.needs.cache + plan.needs.activations + plan.needs.runtime);
    // The longest context is the longest: one token more and it does not fit.
    const longest = plan.longestContext!;
    const at = (context: number): string => planFit(header, { budget: 8e9, context }).verdict;
    expect([at(longest), at(longest + 1)]).toEqual(["fits", "does not fit"]);
    expect(plan.best).toBe("Q6_K");
  });

  it("says what to give up where it does not fit, and each of it is enough", () => {
    const plan = planFit(header, { budget: 6.4e9, context: 16_384 });
    expect(plan.verdict).toBe("does not fit");
    expect(plan.giveUp.map((o) => o.what)).toEqual([
      "the cache at q8_0",
      "the cache at q4_0",
      expect.stringMatching(/^a context of \d+$/),
      "the weights at Q2_K",
    ]);
    for (const option of plan.giveUp) expect(option.total).toBeLessThanOrEqual(6.4e9);
  });

  it("puts things together where none alone is enough, and says when nothing helps", () => {
    const together = planFit(header, { budget: 4.2e9, context: 131_072, batch: 4 });
    expect(together.giveUp.map((o) => o.what)).toEqual([
      "the weights at Q2_K, with a context of 512 and a batch of 1 and the cache at q4_0",
    ]);
    expect(planFit(header, { budget: 1e9 }).giveUp).toEqual([]);
    expect(planFit(header, { budget: 1e9 })).toMatchObject({ best: null, longestContext: 0 });
  });

  it("never says that a model fits when a part of it could not be counted", () => {
    const hybrid = llama({ ...llama8bMetadata, "llama.ssm.state_size": 128 });
    const plan = planFit(hybrid, { budget: 64e9 });
    expect(plan.verdict).toBe("unknown");
    expect(plan.needs.missing.join()).toMatch(/recurrent state \(llama.ssm.state_size\)/);
    expect(planFit(hybrid, { budget: 1e9 }).verdict).toBe("does not fit");
  });

  it("is made, or refused with a fault, whatever became of a header", () => {
    const { head, size } = madeGguf(
      {
        "general.architecture": "gemma3",
        "gemma3.block_count": 6,
        "gemma3.embedding_length": 256,
        "gemma3.attention.head_count": 4,
        "gemma3.attention.head_count_kv": [1, 1, 2, 1, 0, 1],
        "gemma3.attention.sliding_window": 512,
        "gemma3.attention.sliding_window_pattern": [true, true, false, true, true, false],
        "gemma3.context_length": 8192,
      },
      [{ name: "blk.0.attn_v.weight", dims: [64, 256], precision: "Q4_K" }],
    );
    const damage = fc.array(fc.tuple(fc.nat(head.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Uint8Array.from(head);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          expect(planFit(readGguf(bytesSource("made", bytes, size)), { budget: 1e9 }).needs.total).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leaves out other precisions where weights are packed already", () => {
    const packed = { name: "q_proj.qweight", dims: [512, 4096], precision: "I32" as const, bytes: 8_388_608 };
    const plan = planFit({ ...header, format: "safetensors", tensors: [packed] }, { budget: 8e9 });
    expect([plan.others, plan.best]).toEqual([[], null]);
  });

  it("needs more for a longer context, a larger batch and a finer cache", () => {
    const total = (options: { context?: number; batch?: number; cache?: "f16" | "q8_0" }): number =>
      planFit(header, { budget: 1e12, ...options }).needs.total;
    expect(total({ context: 9000 })).toBeGreaterThan(total({ context: 8000 }));
    expect(total({ batch: 2 })).toBeGreaterThan(total({ batch: 1 }));
    expect(total({ cache: "f16" })).toBeGreaterThan(total({ cache: "q8_0" }));
  });
});
