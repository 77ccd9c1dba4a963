import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import {
  type Builder,
  builder,
  type Graph,
  interpret,
  toOnnx,
  trainingStep,
  type Value,
} from "../../src/graph/index.ts";

const draw = random(21, "steps");
const normal = (...dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => 0.4 * draw.normal()),
  );

/** One block of attention and one of feed-forward, over named batch and sequence, with dropout. */
function attention(): Graph {
  const [width, heads] = [8, 2];
  const b = builder("attention");
  const ids = b.input("ids", "int64", ["batch", "sequence"]);
  let x = b.op("Dropout", [b.op("Gather", [b.parameter("embedding", normal(11, width)), ids]), b.scalar(0.1)]);
  const norm = b.op("LayerNormalization", [
    x,
    b.parameter("scale", normal(width)),
    b.parameter("shift", normal(width)),
  ]);
  const head = (name: string): Value => {
    const rows = b.op("MatMul", [norm, b.parameter(name, normal(width, width))]);
    return b.op("Transpose", [b.op("Reshape", [rows, b.ints([0, 0, heads, width / heads])])], { perm: [0, 2, 1, 3] });
  };
  const [q, k, v] = ["q", "k", "v"].map(head);
  const scores = b.op("Mul", [b.op("MatMul", [q, b.op("Transpose", [k], { perm: [0, 1, 3, 2] })]), b.scalar(0.5)]);
  const mixed = b.op("Transpose", [b.op("MatMul", [b.op("Softmax", [scores]), v])], { perm: [0, 2, 1, 3] });
  x = b.op("Add", [x, b.op("Reshape", [mixed, b.ints([0, 0, width])])]);
  const hidden = b.op("Gelu", [b.op("MatMul", [x, b.parameter("in", normal(width, 16))])]);
  x = b.op("Add", [x, b.op("MatMul", [hidden, b.parameter("out", normal(16, width))])]);
  return classified(b, b.op("ReduceMean", [x, b.ints([1])], { keepdims: 0 }), width);
}

/** Two convolutions over a named length, pooled by windows and then over all of it. */
function convolution(): Graph {
  const b = builder("convolution");
  const ids = b.input("ids", "int64", ["batch", "sequence"]);
  const x = b.op("Transpose", [b.op("Gather", [b.parameter("embedding", normal(11, 6)), ids])], { perm: [0, 2, 1] });
  const first = b.op("Conv", [x, b.parameter("first", normal(8, 6, 3)), b.parameter("bias", normal(8))], {
    pads: [1, 1],
  });
  const pooled = b.op("MaxPool", [b.op("Relu", [first])], { kernel_shape: [2], strides: [1] });
  const second = b.op("Conv", [pooled, b.parameter("second", normal(4, 4, 2))], { group: 2, dilations: [2] });
  return classified(b, b.op("Squeeze", [b.op("GlobalMaxPool", [b.op("Tanh", [second])]), b.ints([2])]), 4);
}

function classified(b: Builder, x: Value, width: number): Graph {
  b.output("logits", b.op("Gemm", [x, b.parameter("head", normal(width, 3)), b.parameter("head_bias", normal(3))]));
  return b.finish();
}

describe("a training step runs in the engine as it does in the oracle", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each([
    ["attention", attention],
    ["convolution", convolution],
  ])("%s", async (_, network) => {
    const step = trainingStep(network(), {
      loss: { kind: "cross-entropy", logits: "logits", smoothing: 0.1, classWeights: [1, 2, 1] },
      optimiser: "gradients",
      clip: 1,
    });
    const feeds: Record<string, Tensor> = {
      ids: int64(
        [4, 7],
        Array.from({ length: 28 }, () => draw.below(11)),
      ),
      labels: int64([4], [0, 1, 2, 1]),
      row_weights: float32([4], [1, 0.5, 1, 0]),
      ...(step.seeded ? { seed: tensor("int32", [], Int32Array.of(99)) } : {}),
      ...Object.fromEntries(step.residents.map((r) => [r.input, r.value])),
    };
    const program = await engine.load(toOnnx(step.graph), { thread: "here" });
    const found = await program.run(feeds);
    await program.close();
    const expected = interpret(step.graph, feeds);
    for (const [name, e] of Object.entries(expected)) {
      expect(found[name].dims, name).toEqual(e.dims);
      (found[name].data as Float32Array).forEach((v, i) =>
        expect(Math.abs(v - Number(e.data[i])), name).toBeLessThan(1e-5),
      );
    }
  });
});
