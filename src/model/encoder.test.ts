import { afterAll, describe, expect, it } from "vitest";
import { float32, int64 } from "../base/tensor.ts";
import type { Tensor } from "../base/tensor.ts";
import { onnxruntime } from "../engine/onnxruntime/index.ts";
import { check, interpret, toOnnx } from "../graph/index.ts";
import { encoder, type EncoderConfig, from, initial, nonEmbeddingParameters } from "./encoder.ts";

const config: EncoderConfig = {
  layers: 2,
  width: 8,
  heads: 2,
  feedForward: 12,
  vocabulary: 20,
  positions: 6,
  classes: 3,
};

/** Values large enough that every part of the network tells. */
const values = (seed: number) => {
  const fresh = initial(seed);
  return (name: string, dims: readonly number[], init: Parameters<typeof fresh>[2]): Tensor =>
    fresh(name, dims, "value" in init ? init : { deviation: 0.4 });
};

function feeds(ids: readonly (readonly number[])[], lengths: readonly number[]): Record<string, Tensor> {
  const length = ids[0].length;
  const dims = [ids.length, length];
  const mask = lengths.flatMap((n) => Array.from({ length }, (_, i) => (i < n ? 1 : 0)));
  return { ids: int64(dims, ids.flat()), mask: float32(dims, mask) };
}

const logits = (graph: ReturnType<typeof encoder>, fed: Record<string, Tensor>): number[] =>
  Array.from(interpret(graph, fed).logits.data as Float32Array);

describe("an encoder", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each(["mean", "attention"] as const)("pads without a trace, pooling by %s", (pooling) => {
    const graph = encoder({ ...config, pooling }, values(1));
    check(graph);
    const alone = logits(graph, feeds([[3, 7, 5]], [3]));
    const padded = logits(
      graph,
      feeds(
        [
          [3, 7, 5, 11, 2, 0],
          [1, 2, 3, 4, 5, 6],
        ],
        [3, 6],
      ),
    ).slice(0, 3);
    padded.forEach((x, i) => expect(x).toBeCloseTo(alone[i], 5));
  });

  it("reads the order of its tokens, and every token", () => {
    const graph = encoder(config, values(2));
    const [one, other] = [logits(graph, feeds([[3, 7, 5]], [3])), logits(graph, feeds([[7, 3, 5]], [3]))];
    expect(Math.abs(one[0] - other[0])).toBeGreaterThan(1e-3);
  });

  it.each([{}, { activation: "relu" as const, features: 4 }])("says the same in the engine, %o", async (more) => {
    const graph = encoder({ ...config, ...more }, values(3));
    const fed = {
      ...feeds(
        [
          [3, 7, 5, 0],
          [9, 8, 7, 6],
        ],
        [3, 4],
      ),
      ...("features" in more ? { features: float32([2, 4], [1, 0, -1, 2, 0.5, 0, 0, 1]) } : {}),
    };
    const program = await engine.load(toOnnx(graph), { thread: "here" });
    const results = await program.run(fed);
    const expected = logits(graph, fed);
    Array.from(results.logits.data as Float32Array).forEach((x, i) => expect(x).toBeCloseTo(expected[i], 4));
  });

  it("is rebuilt from its parameters, and refuses others", () => {
    const graph = encoder(config, values(4));
    const parameters = new Map(
      graph.initialisers.filter((v) => !v.name.startsWith("constant_")).map((v) => [v.name, v.tensor]),
    );
    expect(toOnnx(encoder(config, from(parameters)))).toEqual(toOnnx(graph));
    parameters.delete("layer.1.attention.qkv.weight");
    expect(() => encoder(config, from(parameters))).toThrow(/"layer.1.attention.qkv.weight" is missing/);
    expect(() => encoder({ ...config, classes: 4 }, from(parameters))).toThrow(/needs|missing/);
  });

  it("names its parameters stably", () => {
    const names = encoder({ ...config, layers: 1, dropout: 0.1 }, initial(5)).initialisers.map((v) => v.name);
    expect(names.filter((name) => !name.startsWith("constant_"))).toMatchInlineSnapshot(`
      [
        "embedding.token",
        "embedding.position",
        "layer.0.attention.qkv.weight",
        "layer.0.attention.norm.scale",
        "layer.0.attention.norm.shift",
        "layer.0.attention.output.weight",
        "layer.0.attention.output.bias",
        "layer.0.feedforward.norm.scale",
        "layer.0.feedforward.norm.shift",
        "layer.0.feedforward.in.weight",
        "layer.0.feedforward.in.bias",
        "layer.0.feedforward.out.weight",
        "layer.0.feedforward.out.bias",
        "final.norm.scale",
        "final.norm.shift",
        "classifier.weight",
        "classifier.bias",
      ]
    `);
  });

  it("starts from streams of its own names, so that one more layer changes no other", () => {
    const valueOf = (layers: number) =>
      encoder({ ...config, layers }, initial(6)).initialisers.find((v) => v.name === "layer.0.attention.qkv.weight");
    expect(valueOf(1)?.tensor).toEqual(valueOf(2)?.tensor);
  });

  it("counts the parameters outside its tables", () => {
    const { width, layers, feedForward, classes } = config;
    const layer = 4 * width + 3 * width * width + width * width + width + 2 * width * feedForward + feedForward + width;
    const expected = layers * layer + 2 * width + width * classes + classes;
    expect(nonEmbeddingParameters(encoder(config, initial(7)))).toBe(expected);
  });

  it.each([{ heads: 3 }, { layers: 0 }, { dropout: 1 }, { width: 8.5 }])("refuses %o", (bad) => {
    expect(() => encoder({ ...config, ...bad }, initial(8))).toThrow(/encoder|heads|dropout/);
  });
});
