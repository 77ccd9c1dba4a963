import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../base/fault.ts";
import { silent } from "../../base/progress.ts";
import { random } from "../../base/random.ts";
import { float32 } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/index.ts";
import { builder, extend, type Graph, toOnnx } from "../../graph/index.ts";
import { defaultMargins } from "../../stages/task/margins.ts";
import { batchesOf } from "./batches.ts";
import { quantiseModel, type QuantiseOutcome, type QuantiseQuestion } from "./model.ts";

const engine = onnxruntime();
const folder = mkdtempSync(join(tmpdir(), "whittle-heal-"));
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});
const at = (name: string): string => join(folder, name);
const draw = random(4, "healing test");
const numbers = (n: number, scale = 1): number[] => Array.from({ length: n }, () => scale * draw.normal());

/** 32 numbers, a hidden layer, five labels. */
function classifier(rows: number | string = "rows", shares = false): Graph {
  const b = builder("classifier");
  const x = b.input("x", "float32", [rows, 32]);
  const h = b.op("Tanh", [b.op("MatMul", [x, b.parameter("w", float32([32, 64], numbers(2048, 0.1)))])]);
  const deep = b.op("Tanh", [b.op("MatMul", [h, b.parameter("v", float32([64, 32], numbers(2048, 0.1)))])]);
  const logits = b.op("MatMul", [deep, b.parameter("head", float32([32, 5], numbers(160, 0.6)))]);
  b.output("y", shares ? b.op("Softmax", [logits], { axis: -1 }) : logits);
  return b.finish();
}

const adapter = {
  inputs: { x: { take: "numbers" } },
  output: { name: "y", holds: "logits" },
  labels: ["a", "b", "c", "d", "e"],
};
const rows = (n: number): string => Array.from({ length: n }, () => JSON.stringify({ x: numbers(32) })).join("\n");

beforeAll(() => {
  writeFileSync(at("model.onnx"), toOnnx(classifier()));
  writeFileSync(at("shares.onnx"), toOnnx(classifier("rows", true)));
  writeFileSync(at("adapter.json"), JSON.stringify(adapter));
  writeFileSync(at("shares.json"), JSON.stringify({ ...adapter, output: { name: "y", holds: "probabilities" } }));
  writeFileSync(at("rows.jsonl"), rows(400));
  writeFileSync(at("fresh.jsonl"), rows(100));
  writeFileSync(at("sixteen.jsonl"), rows(16));
});

function healed(question: Partial<QuantiseQuestion>, signal?: AbortSignal): Promise<QuantiseOutcome> {
  const asked = {
    model: at("model.onnx"),
    to: "int4-block",
    settings: { rounding: "gptq" },
    margins: defaultMargins,
    heal: {},
    adapter: at("adapter.json"),
    calibrate: at("rows.jsonl"),
    seed: 0,
    out: at("small.onnx"),
  } as const;
  return quantiseModel({ ...asked, ...question }, { engine, progress: silent, signal });
}

describe("a quantised model is healed", () => {
  it("by its parent's answers, and is nearer on rows that neither form learned from", async () => {
    const { healing, calibration, report, judged, written } = await healed({ data: at("fresh.jsonl") });
    expect(healing).toMatchObject({ learned: 340, judged: 60, kept: "healed" });
    expect(healing?.after).toBeLessThan(0.5 * (healing?.before ?? 0));
    expect(calibration).toMatchObject({ observed: 256, measured: 60, refused: { count: 0 } });
    expect(report?.nodes.filter((n) => n.to === "int4-block")).toHaveLength(2);
    // Told once more of what was written, on other rows.
    const unhealed = await healed({ data: at("fresh.jsonl"), heal: undefined });
    expect(unhealed.healing).toBeNull();
    expect(written?.bytes).toBe(unhealed.written?.bytes);
    expect(judged?.agreement.divergence).toBeLessThan(0.5 * (unhealed.judged?.agreement.divergence ?? 0));
  });

  it("by the probabilities that it says, in so many epochs, and the same again to the byte", async () => {
    const shares = { model: at("shares.onnx"), adapter: at("shares.json"), heal: { epochs: 3 } };
    const { healing } = await healed(shares);
    expect(healing).toMatchObject({ epochs: 3, kept: "healed" });
    const bytes = readFileSync(at("small.onnx"));
    expect((await healed(shares)).healing).toEqual(healing);
    expect(readFileSync(at("small.onnx"))).toEqual(bytes);
  });

  it("by the numbers of its one output, where nothing says what they are", async () => {
    const { healing } = await healed({ adapter: undefined, heal: { epochs: 4 } });
    expect(healing).toMatchObject({ measure: "relative squared error of the outputs", kept: "healed" });
    expect(healing?.after).toBeLessThan(0.7 * (healing?.before ?? 0));
    const one = classifier();
    const b = extend(one);
    b.output("turned", b.op("Neg", [one.outputs[0]]));
    writeFileSync(at("two.onnx"), toOnnx(b.finish()));
    const fault = await healed({ adapter: undefined, model: at("two.onnx") }).catch((error: unknown) => error as Fault);
    expect(fault).toMatchObject({ code: "usage/adapter" });
  });

  it("or kept as it was, where that is nearer", async () => {
    const few = {
      to: "int8-block",
      settings: {},
      calibrate: at("sixteen.jsonl"),
      seed: 2,
      heal: { epochs: 1 },
    } as const;
    const { healing } = await healed(few);
    expect(healing).toMatchObject({ learned: 13, judged: 3, kept: "unhealed" });
    expect(healing?.after).toBeGreaterThan(healing?.before ?? Infinity);
    const bytes = readFileSync(at("small.onnx"));
    await healed({ ...few, heal: undefined });
    expect(readFileSync(at("small.onnx"))).toEqual(bytes);
  });

  it("never in silence by nothing: what is missing is told before a model is read", async () => {
    const refused = (question: Partial<QuantiseQuestion>): Promise<unknown> =>
      healed({ model: at("none.onnx"), ...question }).catch((error: unknown) => (error as Fault).code);
    expect(await refused({ calibrate: undefined })).toBe("usage/calibrate");
    for (const to of ["mixed", "fp16", "fp32", "int8-static"] as const)
      expect(await refused({ to })).toBe("usage/heal");
    rmSync(at("small.onnx"));
    writeFileSync(at("few.jsonl"), rows(15));
    expect(await refused({ model: at("model.onnx"), calibrate: at("few.jsonl") })).toBe("quantise/few-rows");
    await expect(healed({}, AbortSignal.abort())).rejects.toThrow();
    expect(existsSync(at("small.onnx"))).toBe(false);
  });
});

describe("rows are stacked", () => {
  const feeds = (n: number, width = 2) => ({
    x: float32(
      [1, width],
      Array.from({ length: width }, (_, i) => n + i),
    ),
  });
  const port = (...dims: (number | string)[]): Graph => {
    const b = builder("port");
    b.output("y", b.op("Relu", [b.input("x", "float32", dims)]));
    return b.finish();
  };

  it("with others of their dims, in their order", () => {
    const batches = batchesOf(port("rows", "width"), "y", [feeds(0), feeds(10), feeds(20, 3), feeds(30)], 2);
    expect(batches.map(({ x }) => [x.dims, [...(x.data as Float32Array)]])).toEqual([
      [
        [2, 2],
        [0, 1, 10, 11],
      ],
      [
        [1, 2],
        [30, 31],
      ],
      [
        [1, 3],
        [20, 21, 22],
      ],
    ]);
  });

  it("only where the model says that the output has a row for each", () => {
    const two = [feeds(0), feeds(10)];
    expect(batchesOf(port(1, "width"), "y", two, 2)).toEqual(two);
    const b = builder("turned");
    b.output("y", b.op("Transpose", [b.input("x", "float32", ["rows", "width"])], { perm: [1, 0] }));
    expect(batchesOf(b.finish(), "y", two, 2)).toEqual(two);
  });
});
