import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32, int64, type Tensor } from "../../src/base/tensor.ts";
import { builder, fromOnnx, interpret, toOnnx } from "../../src/graph/index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs/training.md"), "utf8");
const code = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-docs-training-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const draw = random(1, "docs");
const normal = (...dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => 0.5 * draw.normal()),
  );

function model(): Uint8Array {
  const b = builder("three");
  const x = b.input("x", "float32", ["batch", 6]);
  const first = b.op("Tanh", [b.op("MatMul", [x, b.parameter("w1", normal(6, 8))])], {}, "hidden1");
  const second = b.op("Tanh", [b.op("MatMul", [first, b.parameter("w2", normal(8, 8))])], {}, "hidden2");
  b.output("logits", b.op("MatMul", [second, b.parameter("head", normal(8, 3))]));
  return toOnnx(b.finish());
}

const labels = Array.from({ length: 12 }, (_, i) => i % 3);
const batch = {
  x: float32(
    [12, 6],
    labels.flatMap((label) => Array.from({ length: 6 }, (_, j) => (j % 3 === label ? 1 : 0) + 0.2 * draw.normal())),
  ),
  labels: int64([12], labels),
  row_weights: float32([12], new Float32Array(12).fill(1)),
};

/** Mean −log p of the labels. */
function lossOf(bytes: Uint8Array): number {
  const { data } = interpret(fromOnnx(bytes), { x: batch.x }).logits as Tensor<"float32">;
  return labels.reduce((sum, label, i) => {
    const line = Array.from(data.subarray(3 * i, 3 * i + 3));
    return sum + (Math.log(line.reduce((s, z) => s + Math.exp(z), 0)) - line[label]) / labels.length;
  }, 0);
}

it("docs/training.md shows a program that runs, and tunes what it says", { timeout: 60_000 }, async () => {
  expect(code).toHaveLength(8);
  const source = code
    .join("\n")
    .replace(/"whittle\/(\w+)"/g, (_, name: string) =>
      JSON.stringify(pathToFileURL(join(root, `src/${name}/index.ts`)).href),
    )
    .replaceAll('"run.state"', JSON.stringify(join(folder, "run.state")));
  const [imports, body] = source.split(/\n(?=const model)/);
  const program = `${imports}
export async function run(bytes, batch, another) {
${body}
  await engine.close();
  return { tuned, averaged, deep, named, skipped, kinds, steps: again.steps };
}`;
  const path = join(folder, "training.ts");
  writeFileSync(path, program);
  const { run } = (await import(pathToFileURL(path).href)) as {
    run: (
      bytes: Uint8Array,
      ...batches: object[]
    ) => Promise<{
      readonly tuned: Uint8Array;
      readonly averaged: ReadonlyMap<string, Tensor>;
      readonly skipped: boolean;
      readonly kinds: Tensor;
      readonly steps: number;
    }>;
  };
  const bytes = model();
  const { tuned, averaged, skipped, kinds, steps } = await run(bytes, batch, batch);
  expect(lossOf(tuned)).toBeLessThan(0.7 * lossOf(bytes));
  expect([...averaged.keys()]).toEqual(["w1", "w2", "head"]);
  expect(skipped).toBe(false);
  expect([kinds.dims, steps]).toEqual([[12, 3], 3]);
});
