import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { float32, int64, type Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import { toOnnx, trainingStep } from "../../src/graph/index.ts";
import { readModel } from "../../src/graph/wire/model.ts";
import { encoder, initial } from "../../src/model/encoder.ts";

const layers = 3;
const config = { layers, width: 16, heads: 2, feedForward: 32, vocabulary: 20, positions: 8, classes: 3 } as const;
const model = encoder(config, initial(1));
const options = { loss: { kind: "cross-entropy", logits: "logits" }, optimiser: "gradients", clip: 1 } as const;

const engine = onnxruntime();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "checkpointing-"));
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How often each operator stands in the program that the engine makes of a graph at its highest level of optimisation. */
async function optimised(bytes: Uint8Array, name: string): Promise<Map<string, number>> {
  const path = join(folder, name);
  const session = await InferenceSession.create(bytes, {
    graphOptimizationLevel: "all",
    optimizedModelFilePath: path,
    logSeverityLevel: 4,
  });
  await session.release();
  const counts = new Map<string, number>();
  for (const { op } of readModel(readFileSync(path)).graph?.nodes ?? []) counts.set(op, (counts.get(op) ?? 0) + 1);
  return counts;
}

it("what is computed once more stays in the program that the engine makes of the step, and gives the same", async () => {
  const plain = trainingStep(model, options);
  const again = trainingStep(model, { ...options, checkpoint: { segments: layers } });
  const [before, after] = [
    await optimised(toOnnx(plain.graph), "plain"),
    await optimised(toOnnx(again.graph), "again"),
  ];
  for (const op of ["Softmax", "Gelu"]) {
    expect(before.get(op), op).toBe(layers);
    expect(after.get(op), op).toBe(2 * layers - 1);
  }
  expect(before.get("Where") ?? 0).toBe(0);
  expect(after.get("Where")).toBeGreaterThanOrEqual(layers - 1);

  const feeds: Record<string, Tensor> = {
    ids: int64([2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 0, 0]),
    mask: float32([2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
    labels: int64([2], [0, 2]),
    row_weights: float32([2], [1, 2]),
    ...Object.fromEntries(plain.residents.map((r) => [r.input, r.value])),
  };
  const [expected, found] = await Promise.all(
    [plain, again].map(async ({ graph }) => (await engine.load(toOnnx(graph), { thread: "here" })).run(feeds)),
  );
  expect(found).toEqual(expected);
});
