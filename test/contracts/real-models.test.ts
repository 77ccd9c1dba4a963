import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { sizeOf, type Tensor, tensor } from "../../src/base/tensor.ts";
import { onnxruntime, openTrainer } from "../../src/engine/index.ts";
import {
  extend,
  fromOnnx,
  type Graph,
  parse,
  print,
  toOnnx,
  trainingStep,
  type Value,
  widened,
} from "../../src/graph/index.ts";
import { singleEdges } from "./single-edges.ts";

const shared = process.env["WHITTLE_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url));

const steps = process.env["WHITTLE_SOAK"] === "1" ? 50 : 4;

/** Models that others made, with the sizes that their names stand for here. */
const models: readonly (readonly [file: string, sizes: Readonly<Record<string, number>>])[] = [
  ["magika/standard_v3_3/model.onnx", { unk__214: 2 }],
  ["magika/fast_v2_1/model.onnx", { unk__132: 2 }],
  ["nnsplit/en/model.onnx", { batch: 2, length: 24 }],
  ["squeezenet-fp16/derived/SqueezeNet_fp32_dynbatch.onnx", { batch: 1 }],
  ["squeezenet-fp16/SqueezeNet_fp16.onnx", {}],
];

/** Smooth floats, or bytes of a text. */
function made(port: Value, sizes: Readonly<Record<string, number>>): Tensor {
  const dims = port.dims.map((d) => (typeof d === "number" ? d : sizes[d]));
  const n = sizeOf(dims);
  if (port.type === "float32")
    return tensor(
      "float32",
      dims,
      Float32Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + 1)),
    );
  if (port.type === "int32")
    return tensor(
      "int32",
      dims,
      Int32Array.from({ length: n }, (_, i) => (i * 37) % 256),
    );
  return tensor(
    "uint8",
    dims,
    Uint8Array.from({ length: n }, (_, i) => (i * 37) % 120),
  );
}

/** The same at random: no two rows alike, which no labels could tell apart. */
function drawn(port: Value, sizes: Readonly<Record<string, number>>): Tensor {
  const draw = random(2026, "made rows");
  const { type, dims, data } = made(port, sizes);
  if (type === "float32")
    return tensor(
      type,
      dims,
      (data as Float32Array).map(() => 50 * draw.normal()),
    );
  return { type, dims, data: (data as Int32Array | Uint8Array).map(() => 1 + draw.below(120)) };
}

describe.each(models)("%s", (file, sizes) => {
  const path = `${shared}/models/${file}`;
  const engine = onnxruntime();
  afterAll(() => engine.close());
  const run = async (bytes: Uint8Array, feeds: Readonly<Record<string, Tensor>>) => {
    const program = await engine.load(bytes, { thread: "here" });
    return program.run(feeds).finally(() => program.close());
  };

  it.skipIf(!existsSync(path))("is read, printed, and written back as it was", async () => {
    const bytes = readFileSync(path);
    const graph = fromOnnx(bytes);
    const text = print(graph);
    expect(print(parse(text)) === text).toBe(true);
    expect(print(fromOnnx(toOnnx(graph))) === text).toBe(true);
    // The engine's door takes no float16: it is cast within.
    const original = graph.inputs[0].type === "float16" ? singleEdges(bytes, graph) : bytes;
    const copy = fromOnnx(original);
    const feeds = { [copy.inputs[0].name]: made(copy.inputs[0], sizes) };
    const [expected, found] = [await run(original, feeds), await run(toOnnx(copy), feeds)];
    for (const [name, b] of Object.entries(expected)) {
      expect(found[name].dims).toEqual(b.dims);
      const largest = Math.max(...Array.from(b.data as Float32Array, Math.abs));
      (b.data as Float32Array).forEach((v, i) =>
        expect(Math.abs(Number(found[name].data[i]) - v)).toBeLessThanOrEqual(1e-6 * Math.max(1, largest)),
      );
    }
  });

  it.skipIf(!existsSync(path))("has the gradient that a difference along it has", async () => {
    const graph = widened(fromOnnx(readFileSync(path)));
    const step = trainingStep(withLoss(graph), {
      loss: { kind: "given", loss: "loss" },
      optimiser: "gradients",
      dropout: false,
    });
    const port = graph.inputs[0];
    const weights = step.residents.map((r) => r.value as Tensor<"float32">);
    const program = await engine.load(toOnnx(step.graph), { thread: "here" });
    /** At the weights moved by `by` along a direction. */
    const at = async (by: number, along?: readonly Float32Array[]) => {
      const moved = weights.map((w, i) => ({
        ...w,
        data: w.data.map((v, k) => v + (along === undefined ? 0 : by * along[i][k])),
      }));
      const feeds = Object.fromEntries(step.residents.map((r, i) => [r.input, moved[i]]));
      return program.run({ ...feeds, [port.name]: made(port, sizes) });
    };
    const here = await at(0);
    const gradient = step.parameters.map((name) => here[`gradient.${name}`].data as Float32Array);
    const norm = Math.sqrt(gradient.reduce((s, g) => s + g.reduce((t, v) => t + v * v, 0), 0));
    expect(norm).toBeGreaterThan(0);
    const direction = gradient.map((g) => g.map((v) => v / norm));
    const h = (3e-4 * Number(here.loss.data[0])) / norm;
    const [up, down] = [await at(h, direction), await at(-h, direction)];
    await program.close();
    const slope = (Number(up.loss.data[0]) - Number(down.loss.data[0])) / (2 * h);
    expect(slope / norm).toBeGreaterThan(0.98);
    expect(slope / norm).toBeLessThan(1.02);
  });

  it.skipIf(!existsSync(path))(
    `learns made labels in ${steps} steps`,
    async () => {
      const model = withLogits(widened(fromOnnx(readFileSync(path))));
      const loss = { kind: "cross-entropy", logits: "logits" } as const;
      const trainer = await openTrainer(engine, model, { loss, clip: 1, dropout: false });
      const [port] = model.inputs;
      const x = drawn(port, sizes);
      const rows = x.dims.slice(0, model.outputs[0].dims.length - 1);
      const n = sizeOf(rows);
      const classes = BigInt(model.outputs[0].dims.at(-1)!);
      const labels = tensor(
        "int64",
        rows,
        BigInt64Array.from({ length: n }, (_, i) => BigInt(5 * i + 1) % classes),
      );
      const feeds = { [port.name]: x, labels, row_weights: tensor("float32", rows, new Float32Array(n).fill(1)) };
      const losses: number[] = [];
      for (let i = 0; i < steps; i++) losses.push((await trainer.step(feeds, 1e-4)).loss);
      await trainer.close();
      const tenth = steps / 10;
      const means = Array.from({ length: 10 }, (_, i) => {
        const part = losses.slice(Math.floor(i * tenth), Math.ceil((i + 1) * tenth));
        return part.reduce((a, b) => a + b, 0) / part.length;
      });
      expect(means).toEqual([...means].sort((a, b) => b - a));
      expect(losses.at(-1)).toBeLessThan((steps < 50 ? 0.9 : 0.2) * losses[0]);
    },
    300_000,
  );
});

/** The rows that the model makes shares of, flat but for their classes, or its output where it makes none. */
function withLogits(graph: Graph): Graph {
  const shares = graph.nodes.filter(({ op }) => op === "Softmax" || op === "Exp").at(-1);
  const logits = shares?.inputs[0] ?? graph.outputs[0];
  const b = extend(graph, { outputs: false });
  b.output("logits", logits.dims.length > 3 ? b.op("Flatten", [logits]) : logits);
  return b.finish();
}

/** The mean square of the first output. */
function withLoss(graph: Graph): Graph {
  const b = extend(graph);
  const [y] = graph.outputs;
  b.output("loss", b.op("ReduceMean", [b.op("Mul", [y, y])], { keepdims: 0 }));
  return b.finish();
}
