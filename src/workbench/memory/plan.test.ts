import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { llama8bMetadata, llama8bQ4KM, llama8bTensors, madeGguf } from "../../../test/contracts/made-gguf.ts";
import { external, madeOnnx } from "../../../test/contracts/made-onnx.ts";
import { writeMadePack } from "../../../test/made-pack.ts";
import { Fault } from "../../base/fault.ts";
import { float32 } from "../../base/tensor.ts";
import { builder } from "../../graph/build.ts";
import { toOnnx } from "../../graph/wire/write.ts";
import { readPack } from "../../packfile/read.ts";
import { writePack } from "../../packfile/write.ts";
import { budgetOf } from "./budget.ts";
import { planModel, type PlanQuestion } from "./plan.ts";

let folder: string;
let llama: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plan-"));
  llama = join(folder, "llama-3.1-8b-q4_k_m.gguf");
  const { head, size } = madeGguf(llama8bMetadata, llama8bTensors(llama8bQ4KM));
  // The weights are a hole in the file: nobody reads them.
  writeFileSync(llama, head);
  truncateSync(llama, size);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function caught(path: string, question: PlanQuestion): Fault {
  try {
    planModel(path, question);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function manifestOf(program: object): { name: string; bytes: Uint8Array } {
  const manifest = {
    kind: "classify",
    program,
    inputs: [],
    labels: ["a", "b"],
    temperature: 1,
    scopeThreshold: null,
    maxTextLength: 1000,
  };
  return { name: "model.json", bytes: new TextEncoder().encode(JSON.stringify(manifest)) };
}

function program(): Uint8Array {
  const b = builder("g");
  const w = b.parameter("w", float32([256, 256], new Float32Array(65_536)));
  b.output("y", b.op("MatMul", [b.input("x", "float32", ["batch", 256]), w]));
  return toOnnx(b.finish());
}

describe("planning a model", () => {
  it("holds an 8B Llama at 4 bits against devices", () => {
    const verdict = (device: string): string => planModel(llama, { device, context: 8192 }).plan.verdict;
    expect(["raspberry-pi-5-8gb", "iphone-8gb", "laptop-16gb"].map(verdict)).toEqual(["fits", "does not fit", "fits"]);
    const { device, plan } = planModel(llama, { device: "raspberry-pi-5-8gb" });
    expect(device?.source).toMatch(/512 MB/);
    expect((plan.needs.weights / 2 ** 30).toFixed(2)).toBe("4.58");
    expect(plan.architecture).toBe("llama");
  });

  it("reads a model that was split, whichever part is named, and wants all of it", () => {
    const tensors = llama8bTensors(llama8bQ4KM);
    const part = (no: number): string => join(folder, `split-0000${no}-of-00002.gguf`);
    const write = (no: number, held: typeof tensors): void => {
      const { head, size } = madeGguf({ ...(no === 1 ? llama8bMetadata : {}), "split.count": 2 }, held);
      writeFileSync(part(no), head);
      truncateSync(part(no), size);
    };
    write(1, tensors.slice(0, 100));
    expect(caught(part(1), { memory: "8GB" }).code).toBe("disk/missing");
    write(2, tensors.slice(100));
    for (const no of [1, 2]) {
      const { plan } = planModel(part(no), { memory: "8GB" });
      expect([plan.architecture, plan.needs.weights]).toEqual(["llama", 4_912_898_304]);
    }
    write(2, tensors.slice(99));
    expect(caught(part(1), { memory: "8GB" }).why).toMatch(/hold each tensor once/);
  });

  it("reads a pack: its program, and what is held in memory beside it", () => {
    const path = join(folder, "task.whittle");
    const { size } = writePack(path, [
      manifestOf({ type: "onnx", part: "model.onnx" }),
      { name: "model.onnx", bytes: program() },
      { name: "features/terms.bin", bytes: new Uint8Array(1000) },
    ]);
    const { plan } = planModel(path, { memory: "512MB" });
    expect(plan.needs).toMatchObject({ weights: Math.ceil(1.02 * 262_144), missing: [] });
    expect(plan.needs.file).toBeLessThan(20_000);
    expect(plan.runtime.name).toMatch(/^whittle and ONNX Runtime/);
    expect(plan.fileBytes).toBe(size);
    const rules = join(folder, "rules.whittle");
    writePack(rules, [manifestOf({ type: "rules", rules: [], otherwise: { label: 0, precision: 1 } })]);
    expect(planModel(rules, { memory: "512MB" }).plan).toMatchObject({ verdict: "fits", needs: { weights: 0 } });
    const away = join(folder, "away.whittle");
    const outside = madeOnnx({ tensors: [external("w", [3], { location: "w.bin" })] });
    writePack(away, [manifestOf({ type: "onnx", part: "model.onnx" }), { name: "model.onnx", bytes: outside }]);
    expect(caught(away, { memory: "1GB" }).code).toBe("model/external");
  });

  it("counts a pack in texts and characters, with nothing unknown, and serve takes it with what the plan says", () => {
    const path = join(folder, "encoder.whittle");
    writeMadePack(path, 3000);
    const { plan } = planModel(path, { memory: "512MB" });
    expect(plan).toMatchObject({
      verdict: "fits",
      unit: "characters",
      options: { context: 512, batch: 32 },
      longestContext: 3000,
      needs: { missing: [] },
    });
    expect(plan.others.map((o) => o.precision)).toEqual(["fp32", "fp16", "int8", "int4"]);
    expect(plan.others[0].total).toBe(plan.needs.total);
    const serves = budgetOf(plan.needs.total, { serves: true });
    expect(() => serves.admit(readPack(path), path)).not.toThrow();
    expect(() => budgetOf(plan.needs.total).admit(readPack(path), path)).not.toThrow();
    const tight = planModel(path, { memory: `${plan.needs.total - 1}B` }).plan;
    expect([plan.needs.total, tight.verdict]).toEqual([tight.needs.total, "does not fit"]);
    const longer = planModel(path, { memory: `${plan.needs.total}B`, context: 3000, batch: 4 }).plan;
    expect(longer.giveUp.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^texts of \d+ characters$/));
  });

  it("reads an ONNX file by its path, which keeps no second copy", () => {
    const path = join(folder, "model.onnx");
    writeFileSync(path, program());
    expect(planModel(path, { memory: "512MB", batch: 8 }).plan.needs.file).toBe(0);
  });

  it("wants a device or a memory, and one of them", () => {
    expect(caught(llama, {}).code).toBe("usage/budget");
    expect(caught(llama, { device: "laptop-8gb", memory: "4GB" }).code).toBe("usage/budget");
    expect(caught(llama, { device: "lapto-8gb" }).remedy).toMatch(/laptop-8gb/);
    expect(caught(llama, { memory: "lots" }).code).toBe("fit/memory");
    expect(caught(join(folder, "none"), { memory: "1GB" }).code).toBe("disk/missing");
  });
});
