import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { float32, int64, type Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import { builder, type Graph, interpret, print, toOnnx } from "../../src/graph/index.ts";
import { type Needs, needsOf, observe, tapped } from "../../src/graph/quantise/observe.ts";
import { quantise } from "../../src/graph/quantise/quantise.ts";
import type { Calibration, QuantiseSpec } from "../../src/graph/quantise/spec.ts";
import { fromOnnx } from "../../src/graph/wire/read.ts";

function normal(name: string, dims: readonly number[], scale = 0.2): Tensor<"float32"> {
  const draw = random(5, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal() * scale),
  );
}

/** A table, a convolution with a bias and a Relu, a product over three dimensions, and a Gemm with its weight transposed. */
function network(): Graph {
  const b = builder("network");
  const x = b.op("Gather", [b.parameter("table", normal("table", [60, 64], 1)), b.input("ids", "int64", ["batch", 9])]);
  const across = b.op("Transpose", [x], { perm: [0, 2, 1] });
  const kernel = b.parameter("kernel", normal("kernel", [48, 64, 3]));
  const seen = b.op("Relu", [
    b.op("Conv", [across, kernel, b.parameter("kernel.bias", normal("kb", [48]))], { pads: [1, 1] }, "conv"),
  ]);
  const h = b.op("Tanh", [
    b.op(
      "MatMul",
      [b.op("Transpose", [seen], { perm: [0, 2, 1] }), b.parameter("w", normal("w", [48, 80]))],
      {},
      "wide",
    ),
  ]);
  const pooled = b.op("ReduceMean", [h, b.ints([1])], { keepdims: 0 });
  const v = b.parameter("v", normal("v", [40, 80]));
  b.output("y", b.op("Gemm", [pooled, v, b.parameter("bias", normal("bias", [40]))], { transB: 1, alpha: 0.5 }));
  return b.finish();
}

const graph = network();
const draw = random(8, "ids");
const batch = (rows: number): Record<string, Tensor> => ({
  ids: int64(
    [rows, 9],
    Array.from({ length: rows * 9 }, () => draw.below(60)),
  ),
});
const feeds = batch(6);
const seen = (needs: Needs): Calibration => observe({}, needs, interpret(tapped(graph, needs), batch(16)));
const withCalibration = (spec: QuantiseSpec): QuantiseSpec => ({ ...spec, calibration: seen(needsOf(graph, spec)) });

function distance(a: Tensor, b: Tensor): number {
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  const square = (v: number): number => v * v;
  return Math.sqrt(x.reduce((s, v, i) => s + square(v - y[i]), 0) / y.reduce((s, v) => s + square(v), 0));
}

/** The form, how far its outputs may be from the parent's, its size, and how far the engine may be from the oracle. */
const cases: readonly (readonly [string, QuantiseSpec, number, number, number])[] = [
  ["fp16", { to: "fp16" }, 1e-3, 0.51, 1e-5],
  ["int8", { to: "int8" }, 0.02, 0.28, 1e-5],
  ["int8, dynamic", { to: "int8-dynamic" }, 0.04, 0.28, 1e-3],
  ["int8, static, min-max", withCalibration({ to: "int8-static" }), 0.05, 0.28, 2e-2],
  ["int8, static, percentile", withCalibration({ to: "int8-static", range: "percentile" }), 0.05, 0.28, 2e-2],
  ["int8, static, entropy", withCalibration({ to: "int8-static", range: "entropy" }), 0.12, 0.28, 2e-2],
  ["int8, static, mse", withCalibration({ to: "int8-static", range: "mse" }), 0.05, 0.28, 2e-2],
  ["int8 by block", { to: "int8-block", otherwise: "int8", accuracyLevel: 0 }, 0.02, 0.3, 1e-5],
  [
    "int8 by block, 16, zero points",
    { to: "int8-block", otherwise: "int8", block: 16, zeroPoints: true },
    0.03,
    0.34,
    2e-2,
  ],
  ["int4, exact products", { to: "int4-block", otherwise: "int8", accuracyLevel: 0 }, 0.25, 0.25, 1e-5],
  ["int4", { to: "int4-block", otherwise: "int8" }, 0.25, 0.25, 2e-2],
  ["int4, zero points, 16", { to: "int4-block", block: 16, zeroPoints: true, scales: "float32" }, 0.25, 0.7, 2e-2],
  ["int4, mse", { to: "int4-block", rounding: "mse" }, 0.25, 0.7, 2e-2],
  ["int4, hqq", { to: "int4-block", rounding: "hqq" }, 0.25, 0.7, 2e-2],
  ["int4, gptq", withCalibration({ to: "int4-block", rounding: "gptq" }), 0.25, 0.7, 2e-2],
];

describe("quantised forms", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());
  const parent = interpret(graph, feeds).y;

  it.each(cases)(
    "%s: near its parent, small, and the same to the engine and the oracle",
    async (_, spec, error, share, apart) => {
      const { graph: small, report } = quantise(graph, spec);
      const bytes = toOnnx(small);
      expect(toOnnx(quantise(graph, spec).graph)).toEqual(bytes);
      expect(print(fromOnnx(bytes))).toBe(print(small));
      expect(report.bytesAfter / report.bytesBefore).toBeLessThan(share);
      const expected = interpret(small, feeds).y;
      expect(distance(expected, parent)).toBeLessThan(error);
      const program = await engine.load(bytes, { thread: "here" });
      const found = (await program.run(feeds)).y;
      await program.close();
      expect(found.dims).toEqual(expected.dims);
      expect(distance(found, expected)).toBeLessThan(apart);
    },
  );

  it.each([
    [{ to: "int8" }, 0.3],
    [{ to: "int8-dynamic" }, 0.3],
    [{ to: "fp16" }, 0.52],
    [{ to: "int4-block", otherwise: "int8" }, 0.28],
  ] as const)(
    "recurrences keep their weights small, and a table turned over is read as it lies: %j",
    async (spec, share) => {
      const b = builder("recurrent");
      const table = b.parameter("table", normal("table", [60, 64], 1));
      const x = b.op("Transpose", [b.op("Gather", [table, b.input("ids", "int64", ["batch", 9])])], {
        perm: [1, 0, 2],
      });
      const [w, r] = [b.parameter("w", normal("w", [2, 128, 64])), b.parameter("r", normal("r", [2, 128, 32]))];
      const states = b.op("LSTM", [x, w, r], { hidden_size: 32, direction: "bidirectional" });
      const wide = b.op("Reshape", [b.op("Transpose", [states], { perm: [2, 0, 1, 3] }), b.ints([-1, 9, 64])]);
      const [gw, gr] = [b.parameter("gw", normal("gw", [1, 192, 64])), b.parameter("gr", normal("gr", [1, 192, 64]))];
      const next = b.op("GRU", [b.op("Transpose", [wide], { perm: [1, 0, 2] }), gw, gr], { hidden_size: 64 });
      const last = b.op("ReduceMean", [next, b.ints([0, 1])], { keepdims: 0 });
      b.output("y", b.op("MatMul", [last, b.op("Transpose", [table], { perm: [1, 0] })]));
      const whole = b.finish();
      const { graph: small, report } = quantise(whole, spec);
      expect(report.nodes.map((n) => n.weight)).toEqual(["table", "w", "r", "gw", "gr", "table"]);
      expect(report.bytesAfter / report.bytesBefore).toBeLessThan(share);
      const expected = interpret(small, feeds).y;
      expect(distance(expected, interpret(whole, feeds).y)).toBeLessThan(0.3);
      const program = await engine.load(toOnnx(small), { thread: "here" });
      expect(distance((await program.run(feeds)).y, expected)).toBeLessThan(2e-2);
      await program.close();
    },
  );
});
