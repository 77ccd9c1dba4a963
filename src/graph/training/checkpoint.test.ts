import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import type { Graph, Value } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { type CheckpointOptions, segmentsOf } from "./cuts.ts";
import { type TrainingOptions, trainingStep } from "./step.ts";

const draw = random(31, "checkpoint");
const normal = (...dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => 0.5 * draw.normal()),
  );
const [layers, width] = [4, 6];

/** Residual layers with a norm and dropout, and a bias made of the mask that all of them read. */
function network(): Graph {
  const b = builder("layers");
  const ids = b.input("ids", "int64", ["batch", "sequence"]);
  const masked = b.op("Mul", [b.input("mask", "float32", ["batch", "sequence"]), b.scalar(-9)]);
  const bias = b.op("Unsqueeze", [masked, b.ints([1])]);
  let x = b.op("Gather", [b.parameter("embedding", normal(11, width)), ids]);
  for (let i = 0; i < layers; i++) x = b.op("Add", [x, layer(b, x, bias, i)], {}, `layer.${i}.out`);
  const pooled = b.op("ReduceMean", [x, b.ints([1])], { keepdims: 0 });
  b.output("logits", b.op("MatMul", [pooled, b.parameter("head", normal(width, 3))]));
  return b.finish();
}

function layer(b: Builder, x: Value, bias: Value, i: number): Value {
  const norm = b.op("LayerNormalization", [
    x,
    b.parameter(`${i}.scale`, normal(width)),
    b.parameter(`${i}.shift`, normal(width)),
  ]);
  const rows = b.op("MatMul", [norm, b.parameter(`${i}.in`, normal(width, width))]);
  const scores = b.op("Add", [b.op("MatMul", [rows, b.op("Transpose", [rows], { perm: [0, 2, 1] })]), bias]);
  const mixed = b.op("MatMul", [b.op("Softmax", [scores]), rows]);
  const hidden = b.op("Dropout", [b.op("Gelu", [mixed]), b.scalar(0.3)]);
  return b.op("MatMul", [hidden, b.parameter(`${i}.out`, normal(width, width))]);
}

const model = network();
const options: TrainingOptions = { loss: { kind: "cross-entropy", logits: "logits" }, optimiser: "gradients", clip: 1 };
const feeds = {
  ids: int64([2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
  mask: float32([2, 5], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
  labels: int64([2], [0, 2]),
  row_weights: float32([2], [1, 2]),
  seed: tensor("int32", [], Int32Array.of(7)),
};

describe("checkpointing", () => {
  it("changes nothing that a step gives, however the model is cut", () => {
    const plain = trainingStep(model, options);
    const all = { ...feeds, ...Object.fromEntries(plain.residents.map((r) => [r.input, r.value])) };
    const expected = interpret(plain.graph, all);
    const cut: fc.Arbitrary<CheckpointOptions> = fc.oneof(
      fc.integer({ min: 2, max: model.nodes.length }).map((segments) => ({ segments })),
      fc
        .uniqueArray(fc.constantFrom(...model.nodes.map((n) => n.outputs[0]!.name)), { minLength: 1 })
        .map((at) => ({ at })),
    );
    const law = fc.property(cut, (checkpoint) => {
      expect(interpret(trainingStep(model, { ...options, checkpoint }).graph, all)).toEqual(expected);
    });
    fc.assert(law, { numRuns: 12, seed: 3 });
  });

  it("computes every layer but the last once more, and nothing on the way back reads what was held", () => {
    const { graph } = trainingStep(model, { ...options, checkpoint: { at: ["layer.*.out"] } });
    const count = (op: string): number => graph.nodes.filter((n) => n.op === op).length;
    expect(["Softmax", "LayerNormalization", "Gelu"].map(count)).toEqual(Array(3).fill(2 * layers));
    // The pooling, held as it is, is cut off after the last layer: all four layers are made again.
    const first = graph.nodes.findIndex((n) => n.op === "LogSoftmax");
    const forward = new Set(graph.nodes.slice(0, first).flatMap((n) => n.outputs));
    const shares = graph.nodes
      .slice(0, first)
      .filter((n) => n.op === "Softmax")
      .map((n) => n.outputs[0]);
    expect(shares).toHaveLength(layers);
    for (const node of graph.nodes.slice(first)) {
      for (const v of node.inputs) if (v !== undefined && forward.has(v)) expect(shares).not.toContain(v);
    }
  });

  it("cuts evenly where the least is carried over: between the layers", () => {
    const segments = segmentsOf(model, { segments: layers });
    expect(segments.flat()).toEqual(model.nodes);
    const ends = segments.slice(0, -1).map((nodes) => nodes.at(-1)!.outputs[0]!.name);
    expect(ends).toEqual(["layer.0.out", "layer.1.out", "layer.2.out"]);
  });

  it("is refused where there is nothing to cut", () => {
    const refused =
      (checkpoint: CheckpointOptions): (() => unknown) =>
      () =>
        trainingStep(model, { ...options, checkpoint });
    for (const segments of [0, 1, 2.5, 1000])
      expect(refused({ segments })).toThrow(expect.objectContaining({ code: "graph/checkpoint" }) as Error);
    expect(refused({ at: ["layer.1.in"] })).toThrow(/is named "layer.1.in"/);
  });
});
