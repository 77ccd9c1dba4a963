import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caught } from "../../../test/caught.ts";
import { scratch } from "../../../test/scratch.ts";
import { float32 } from "../../base/tensor.ts";
import { builder } from "../../graph/build.ts";
import { toOnnx } from "../../graph/wire/write.ts";
import { verifyPack, type Pack } from "../../packfile/verify.ts";
import { packBytes } from "../../packfile/write.ts";
import { budgetOf } from "./budget.ts";

/** A pack with one product of width × width; its manifest names no inputs. */
function packOf(width: number): Pack {
  const b = builder("g");
  const w = b.parameter("w", float32([width, width], new Float32Array(width * width)));
  b.output("logits", b.op("MatMul", [b.input("x", "float32", ["batch", width]), w]));
  const manifest = {
    kind: "classify",
    program: { type: "onnx", part: "model.onnx" },
    inputs: [],
    labels: ["a", "b"],
    temperature: 1,
    scopeThreshold: null,
    maxTextLength: 1000,
  };
  return verifyPack(
    packBytes([
      { name: "model.json", bytes: new TextEncoder().encode(JSON.stringify(manifest)) },
      { name: "model.onnx", bytes: toOnnx(b.finish()) },
    ]),
  );
}

const small = packOf(64);
const large = packOf(4096);

describe("a budget of memory", () => {
  it("counts a pack in before it is loaded, and leaves its batches the rest", () => {
    const budget = budgetOf("400MB");
    const room = budget.admit(small, "small.whittle");
    expect(room.process).toBe(400e6);
    expect(room.batch()).toBeGreaterThan(100e6);
    expect(room.batch()).toBeLessThan(400e6 - 98e6);
  });

  it("refuses a pack that does not fit, with the need, what there is, and what would fit", () => {
    const fault = caught(() => budgetOf("220MB").admit(large, "large.whittle"));
    expect(fault).toMatchObject({ code: "memory/plan", where: "large.whittle" });
    expect(fault.message).toMatch(/^the pack needs \d+\.\d+ MB of memory and 220\.00 MB are given$/);
    expect(fault.why).toMatch(/for the runtime, the weights and the file, .* for a text of 512 characters/);
    expect(fault.remedy).toMatch(/^allow \d+MB, or make it at (fp16|int8|int4), which needs \d+\.\d+ MB$/);
    const [, enough] = /allow (\d+MB)/.exec(fault.remedy ?? "") ?? [];
    expect(() => budgetOf(enough).admit(large, "large.whittle")).not.toThrow();
  });

  it("shares what is left between packs, each beside what the others take", () => {
    const budget = budgetOf("600MB");
    const first = budget.admit(small, "a.whittle");
    const alone = first.batch();
    const second = budget.admit(small, "b.whittle");
    expect(second.batch()).toBe(first.batch());
    expect(2 * first.batch()).toBeLessThan(alone);
    const tight = budgetOf("230MB");
    tight.admit(small, "a.whittle");
    expect(caught(() => tight.admit(large, "c.whittle")).why).toMatch(/for the packs before it$/);
  });

  it("keeps a quarter of what is left for requests where there are any", () => {
    const budget = budgetOf("400MB", { serves: true });
    const room = budget.admit(small, "a.whittle");
    expect(room.batch()).toBeCloseTo(3 * budget.waiting(), 0);
    expect(budget.connections()).toBeGreaterThanOrEqual(4);
    expect(budgetOf("400MB").waiting()).toBe(0);
  });

  it("bounds lines and answers by what is left", () => {
    const budget = budgetOf("400MB");
    budget.admit(small, "a.whittle");
    expect(budget.answers(3, 256)).toBe(256);
    expect(budget.answers(100_000, 256)).toBe(1);
    expect(budget.line(1e9)).toBeLessThan(10e6);
    expect(budget.line(1000)).toBe(1000);
  });

  const folder = scratch();
  it("refuses a file or a table by its length, before it is read", () => {
    const path = join(folder(), "large.csv");
    writeFileSync(path, "");
    truncateSync(path, 80e6);
    const budget = budgetOf("400MB");
    expect(caught(() => budgetOf("50MB").admitFile(path)).code).toBe("memory/plan");
    budget.admit(small, "a.whittle");
    const fault = caught(() => budget.admitTable(path));
    expect(fault).toMatchObject({ code: "memory/input", where: path });
    expect(fault.remedy).toMatch(/^give it as JSONL, or allow \d+MB of memory$/);
    truncateSync(path, 1e6);
    const before = budget.line(1e9);
    budget.admitTable(path);
    expect(budget.line(1e9)).toBeLessThan(before);
  });

  it("refuses what is no amount of memory", () => {
    for (const memory of [0, -1, NaN, 1.5, "much", "12 parsecs"]) {
      expect(caught(() => budgetOf(memory)).code).toBe("fit/memory");
    }
  });
});
