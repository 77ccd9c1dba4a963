import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import {
  adapt,
  type Builder,
  builder,
  type Graph,
  interpret,
  toOnnx,
  trainingStep,
  type TrainingOptions,
  type Value,
  withWeights,
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

const models = { attention, convolution } as const;
type Form = readonly [what: string, options: Partial<TrainingOptions>, adapted: boolean];
const forms: readonly Form[] = [
  ["gradients", {}, false],
  ["gradients of adapters", {}, true],
  ["in segments", { checkpoint: { segments: 4 } }, false],
  ["summed, with SGD", { accumulate: true, optimiser: { kind: "sgd", nesterov: true, average: 0.9 } }, false],
  ["with AdamW, in segments, of adapters", { checkpoint: { segments: 3 }, optimiser: { kind: "adamw" } }, true],
  ["in mixed precision", { mixed: { start: 64 } }, false],
];

describe("a training step runs in the engine as it does in the oracle, in double precision", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  describe.each(["attention", "convolution"] as const)("%s", (network) => {
    it.each(forms)("%s", async (_, options, adapted) => {
      const { graph: model, parameters } = adapted ? trained(models[network]()) : { graph: models[network]() };
      const step = trainingStep(model, {
        loss: { kind: "cross-entropy", logits: "logits", smoothing: 0.1, classWeights: [1, 2, 1] },
        optimiser: "gradients",
        clip: 1,
        parameters,
        ...options,
      });
      const scalar = (v: number): Tensor => float32([], [v]);
      const all: Record<string, Tensor> = {
        ids: int64(
          [4, 7],
          Array.from({ length: 28 }, () => draw.below(11)),
        ),
        labels: int64([4], [0, 1, 2, 1]),
        row_weights: float32([4], [1, 0.5, 1, 0]),
        seed: tensor("int32", [], Int32Array.of(99)),
        update: tensor("bool", [], Uint8Array.of(1)),
        learning_rate: scalar(0.01),
        step: scalar(1),
        loss_scale: scalar(64),
        ...Object.fromEntries(step.residents.map((r) => [r.input, r.value])),
      };
      const feeds = Object.fromEntries(step.graph.inputs.map(({ name }) => [name, all[name]]));
      const program = await engine.load(toOnnx(step.graph), { thread: "here" });
      const found = await program.run(feeds);
      await program.close();
      const [expected, limit] = [interpret(step.graph, feeds), options.mixed === undefined ? 1e-4 : 0.02];
      for (const [name, e] of Object.entries(expected)) {
        expect(found[name].dims, name).toEqual(e.dims);
        const length = (values: Iterable<number>): number => Math.hypot(...values);
        const off = Array.from(found[name].data as Float32Array, (v, i) => v - Number(e.data[i]));
        expect(length(off) / Math.max(1e-3, length(Array.from(e.data, Number))), name).toBeLessThan(limit);
      }
    });
  });
});

/** With adapters as some training might have left them: none of A and B is zero. */
function trained(model: Graph): { readonly graph: Graph; readonly parameters: readonly string[] } {
  const { graph, parameters } = adapt(model, { rank: 2 });
  const values = graph.initialisers.flatMap((v) =>
    parameters.includes(v.name) ? [[v.name, normal(...v.tensor.dims)] as const] : [],
  );
  return { graph: withWeights(graph, new Map(values)), parameters };
}
