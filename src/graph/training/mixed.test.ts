import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { mixed } from "./mixed.ts";
import { type TrainingOptions, trainingStep } from "./step.ts";

const draw = random(41, "mixed");
const normal = (...dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => 0.5 * draw.normal()),
  );

/** A convolution with a bias, products by head, a Gemm and a plain product. */
function network(): Graph {
  const b = builder("network");
  const x = b.input("x", "float32", ["batch", 4, 6]);
  const conv = b.op("Conv", [x, b.parameter("kernel", normal(8, 4, 3)), b.parameter("conv_bias", normal(8))], {
    pads: [1, 1],
  });
  const tokens = b.op("LayerNormalization", [
    b.op("Transpose", [b.op("Relu", [conv])], { perm: [0, 2, 1] }),
    b.parameter("scale", normal(8)),
    b.parameter("shift", normal(8)),
  ]);
  const qkv = b.op("Reshape", [b.op("MatMul", [tokens, b.parameter("qkv", normal(8, 24))]), b.ints([0, 0, 3, 8])]);
  const [q, k, v] = b
    .ops("Split", [qkv], { axis: 2, num_outputs: 3 }, 3)
    .map((third) => b.op("Squeeze", [third, b.ints([2])]));
  const shares = b.op("Softmax", [b.op("MatMul", [q, b.op("Transpose", [k], { perm: [0, 2, 1] })])]);
  const pooled = b.op("ReduceMean", [b.op("MatMul", [shares, v]), b.ints([1])], { keepdims: 0 });
  const hidden = b.op("Gemm", [pooled, b.parameter("gemm", normal(5, 8)), b.parameter("bias", normal(5))], {
    transB: 1,
  });
  b.output("logits", b.op("MatMul", [b.op("Gelu", [hidden]), b.parameter("head", normal(5, 3))]));
  return b.finish();
}

type Feeds = Record<string, Tensor>;
const model = network();
const options = { loss: { kind: "cross-entropy", logits: "logits" }, clip: 0.5 } as const;
const batch: Feeds = { x: normal(3, 4, 6), labels: int64([3], [0, 1, 2]), row_weights: float32([3], [1, 2, 1]) };
const scalar = (v: number): Tensor => float32([], [v]);
const first = (t: Tensor): number => Number(t.data[0]);
const starts = (o: TrainingOptions): { graph: Graph; state: Feeds } => {
  const { graph, residents } = trainingStep(model, o);
  return { graph, state: Object.fromEntries(residents.map((r) => [r.input, r.value])) };
};
const next = (state: Feeds, out: Feeds): Feeds =>
  Object.fromEntries(Object.keys(state).map((name) => [name, out[`next.${name}`]]));

describe("mixed precision", () => {
  it("takes every product and convolution in halves, and nothing else but what moves values between them", () => {
    const { nodes, outputs } = mixed(model);
    const half = nodes.filter((n) => n.outputs[0]?.type === "float16" && n.op !== "Cast").map((n) => n.op);
    expect(half.sort()).toEqual(
      [
        "Conv",
        "Gemm",
        "MatMul",
        "MatMul",
        "MatMul",
        "MatMul",
        "Reshape",
        "Split",
        "Squeeze",
        "Squeeze",
        "Squeeze",
        "Transpose",
      ].sort(),
    );
    expect(outputs.map((v) => v.type)).toEqual(["float32"]);
  });

  it("gives the gradients of single precision within a half's rounding, whatever the loss is scaled by", () => {
    const plain = starts({ ...options, optimiser: "gradients" });
    const expected = interpret(plain.graph, { ...batch, ...plain.state });
    const { graph, state } = starts({ ...options, optimiser: "gradients", mixed: {} });
    for (const scale of [1, 256]) {
      const found = interpret(graph, { ...batch, ...state, loss_scale: scalar(scale) });
      expect(first(found.loss)).toBeCloseTo(first(expected.loss), 3);
      expect(first(found.gradient_norm) / first(expected.gradient_norm)).toBeCloseTo(1, 2);
      for (const name of Object.keys(state)) {
        const [g, e] = [found, expected].map((all) =>
          (all[`gradient.${name}`].data as Float32Array).map((v) => v * first(all.clip_scale)),
        );
        const size = Math.sqrt(e.reduce((s, v) => s + v * v, 0));
        g.forEach((v, i) => expect(Math.abs(v - e[i]), name).toBeLessThan(0.01 * Math.max(size, 1e-3)));
      }
    }
  });

  it("halves the scale and changes nothing else where gradients leave half precision; doubles it after an interval", () => {
    const { graph, state } = starts({
      ...options,
      optimiser: { kind: "adamw" },
      mixed: { start: 2 ** 23, interval: 2 },
    });
    const rest = { ...batch, learning_rate: scalar(0.01), step: scalar(1) };
    let now = state;
    let skipped = 0;
    for (; ; skipped++) {
      const out = interpret(graph, { ...rest, ...now });
      if (Number.isFinite(first(out.gradient_norm))) break;
      const { loss_scale, ...others } = next(now, out);
      expect(others).toEqual({ ...state, loss_scale: undefined, clean_steps: scalar(0) });
      expect(first(loss_scale)).toBe(2 ** (22 - skipped));
      now = { ...others, loss_scale };
    }
    expect(skipped).toBeGreaterThan(2);
    const at = first(now.loss_scale);
    const scales = [1, 2, 3].map(() => {
      now = next(now, interpret(graph, { ...rest, ...now, loss_scale: scalar(at / 64) }));
      return [first(now.loss_scale), first(now.clean_steps)];
    });
    expect(scales).toEqual([
      [at / 64, 1],
      [at / 32, 0],
      [at / 64, 1],
    ]);
    expect(now.head).not.toEqual(state.head);
  });

  it("goes with sums over batches and with checkpoints", () => {
    const both = { ...options, mixed: { start: 128 }, accumulate: true, checkpoint: { segments: 3 } } as const;
    const { graph, state } = starts({ ...both, optimiser: { kind: "sgd" } });
    const plain = starts({ ...options, optimiser: { kind: "sgd" } });
    const rest = { ...batch, learning_rate: scalar(0.1), step: scalar(1) };
    const flag = (v: number): Tensor => tensor("bool", [], Uint8Array.of(v));
    const held = next(state, interpret(graph, { ...rest, ...state, update: flag(0) }));
    expect(held.head).toEqual(state.head);
    const moved = next(state, interpret(graph, { ...rest, ...held, update: flag(1) }));
    const expected = next(plain.state, interpret(plain.graph, { ...rest, ...plain.state }));
    for (const [name, value] of Object.entries(expected))
      value.data.forEach((v, i) => expect(Math.abs(Number(moved[name].data[i]) - Number(v)), name).toBeLessThan(2e-3));
  });

  it("refuses a scale that is none", () => {
    for (const scale of [{ start: 0 }, { start: 1e9 }, { interval: 0.5 }])
      expect(() => trainingStep(model, { ...options, optimiser: { kind: "sgd" }, mixed: scale })).toThrow(
        expect.objectContaining({ code: "graph/optimiser" }) as Error,
      );
  });
});
