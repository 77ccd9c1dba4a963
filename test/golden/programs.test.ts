import { describe, expect, it } from "vitest";
import { float32, type Tensor } from "../../src/base/tensor.ts";
import {
  type Builder,
  builder,
  gradient,
  parse,
  print,
  simplify,
  trainingStep,
  type Value,
} from "../../src/graph/index.ts";

const counted = (dims: readonly number[]): Tensor => {
  const n = dims.reduce((p, d) => p * d, 1);
  return float32(
    dims,
    Float32Array.from({ length: n }, (_, i) => i / 8 - 0.25),
  );
};

/** Gradients as printed programs: a change of a rule or a pass shows here as calculus. */
function backward(make: (b: Builder, x: Value) => Value, ...dims: (number | string)[]): string {
  const b = builder("g");
  const x = b.input("x", "float32", dims);
  const y = make(b, x);
  const dy = b.input("dy", "float32", y.dims);
  b.output("dx", gradient(b, y, [x], dy)[0]);
  const text = print(simplify(b.finish()), { brief: true });
  return text
    .split("\n")
    .filter((l) => l.includes(" = "))
    .map((l) => l.trim())
    .join("\n");
}

describe("gradients, printed", () => {
  it("of a product with a matrix, over named sizes", () => {
    const make = (b: Builder, x: Value): Value => b.op("MatMul", [x, b.parameter("w", counted([4, 2]))]);
    expect(backward(make, "batch", "sequence", 4)).toMatchInlineSnapshot(`
      "tensor w float32[4, 2] = {-0.25, -0.125, 0, 0.125, 0.25, 0.375, 0.5, 0.625}
      tensor constant_0 int64[2] = {-1, 2}
      Reshape_0 float32[batch*sequence, 2] = Reshape(dy, constant_0)
      Gemm_0 float32[batch*sequence, 4] = Gemm(Reshape_0, w) transB=1
      Shape_0 int64[3] = Shape(x)
      dx float32[batch, sequence, 4] = Reshape(Gemm_0, Shape_0)"
    `);
  });

  it("of Softmax and LayerNormalization", () => {
    expect(backward((b, x) => b.op("Softmax", [x]), "rows", 8)).toMatchInlineSnapshot(`
      "tensor constant_0 int64[1] = {-1}
      Softmax_0 float32[rows, 8] = Softmax(x)
      Mul_0 float32[rows, 8] = Mul(dy, Softmax_0)
      ReduceSum_0 float32[rows, 1] = ReduceSum(Mul_0, constant_0)
      Sub_0 float32[rows, 8] = Sub(dy, ReduceSum_0)
      dx float32[rows, 8] = Mul(Sub_0, Softmax_0)"
    `);
    const norm = (b: Builder, x: Value): Value => b.op("LayerNormalization", [x, b.parameter("scale", counted([8]))]);
    expect(backward(norm, "rows", 8)).toMatchInlineSnapshot(`
      "tensor scale float32[8] = {-0.25, -0.125, 0, 0.125, 0.25, 0.375, 0.5, 0.625}
      tensor constant_0 int64[1] = {1}
      LayerNormalization_0 float32[rows, 8], LayerNormalization_1 float32[rows, 1], LayerNormalization_2 float32[rows, 1] = LayerNormalization(x, scale)
      Sub_0 float32[rows, 8] = Sub(x, LayerNormalization_1)
      Mul_0 float32[rows, 8] = Mul(Sub_0, LayerNormalization_2)
      Mul_1 float32[rows, 8] = Mul(dy, scale)
      Mul_2 float32[rows, 8] = Mul(Mul_1, Mul_0)
      ReduceMean_0 float32[rows, 1] = ReduceMean(Mul_2, constant_0)
      Mul_3 float32[rows, 8] = Mul(Mul_0, ReduceMean_0)
      ReduceMean_1 float32[rows, 1] = ReduceMean(Mul_1, constant_0)
      Sub_1 float32[rows, 8] = Sub(Mul_1, ReduceMean_1)
      Sub_2 float32[rows, 8] = Sub(Sub_1, Mul_3)
      dx float32[rows, 8] = Mul(Sub_2, LayerNormalization_2)"
    `);
  });

  it("of activations", () => {
    for (const op of ["Relu", "Sigmoid", "Tanh", "Gelu"] as const) {
      expect(backward((b, x) => b.op(op, [x]), "n")).toMatchSnapshot(op);
    }
  });

  it("of rows gathered from a table, and of a broadcast", () => {
    const rows = (b: Builder, x: Value): Value => b.op("Gather", [x, b.input("ids", "int64", ["batch", "sequence"])]);
    expect(backward(rows, 1000, 8)).toMatchInlineSnapshot(`
      "tensor constant_0 int64[1] = {-1}
      tensor constant_1 int64[2] = {1000, 8}
      Unsqueeze_0 int64[batch, sequence, 1] = Unsqueeze(ids, constant_0)
      ConstantOfShape_0 float32[1000, 8] = ConstantOfShape(constant_1)
      dx float32[1000, 8] = ScatterND(ConstantOfShape_0, Unsqueeze_0, dy) reduction="add""
    `);
    expect(backward((b, x) => b.op("Add", [b.input("h", "float32", ["batch", "sequence", 8]), x]), 8))
      .toMatchInlineSnapshot(`
      "tensor constant_0 int64[2] = {0, 1}
      dx float32[8] = ReduceSum(dy, constant_0) keepdims=0"
    `);
  });

  it("of a whole training step with AdamW, which reads back as it prints", () => {
    const b = builder("linear");
    const x = b.input("x", "float32", ["batch", 3]);
    const scores = b.op("Add", [
      b.op("MatMul", [x, b.parameter("w", counted([3, 2]))]),
      b.parameter("c", float32([2], [0, 0])),
    ]);
    b.output("logits", scores);
    const { graph } = trainingStep(b.finish(), {
      loss: { kind: "cross-entropy", logits: "logits", smoothing: 0.1 },
      optimiser: { kind: "adamw", decay: 0.01 },
      clip: 1,
    });
    expect(print(graph)).toMatchSnapshot();
    expect(print(parse(print(graph)))).toBe(print(graph));
  });
});
