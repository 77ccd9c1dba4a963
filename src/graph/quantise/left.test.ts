import { describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../base/tensor.ts";
import { builder, type Builder } from "../build.ts";
import { toHalf } from "../half.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { needsOf, observe, tapped } from "./observe.ts";
import { quantise } from "./quantise.ts";
import { type Form, forms, type QuantiseSpec } from "./spec.ts";

function normal(name: string, dims: readonly number[], size = 1): Tensor<"float32"> {
  const draw = random(5, name);
  const length = dims.reduce((p, d) => p * d, 1);
  return float32(
    dims,
    Float32Array.from({ length }, () => size * draw.normal()),
  );
}

function made(write: (b: Builder) => void): Graph {
  const b = builder("made");
  write(b);
  return b.finish();
}

const x = (b: Builder) => b.input("x", "float32", ["batch", 64]);
const feeds = { x: normal("x", [3, 64]) };
const product = (w: Tensor): Graph => made((b) => b.output("y", b.op("MatMul", [x(b), b.parameter("w", w)])));
const table = (w: Tensor): Graph =>
  made((b) => b.output("y", b.op("Gather", [b.parameter("w", w), b.input("ids", "int64", ["n"])])));

/** The relative error of the outputs; what the weights became; what the file holds of them. */
function outcome(graph: Graph, spec: QuantiseSpec, fed: Readonly<Record<string, Tensor>> = feeds) {
  const { graph: small, report } = quantise(graph, spec);
  const [was, is] = [graph, small].map((g) => interpret(g, fed).y.data as Float32Array);
  const sum = (of: (v: number, i: number) => number): number => was.reduce((s, v, i) => s + of(v, i) ** 2, 0);
  return {
    error: Math.sqrt(sum((v, i) => (v === is[i] ? 0 : v - is[i])) / sum((v) => v)),
    to: report.nodes.map((n) => n.to),
    reason: report.nodes[0]?.reason,
    bytes: [report.bytesBefore, report.bytesAfter],
    held: small.initialisers.filter((v) => v.tensor.data.length >= 1024).map((v) => v.type),
  };
}

const weightForms = forms.filter((form) => form !== "fp32" && form !== "int8-static");
const errors: Readonly<Record<Form, number>> = {
  fp32: 0,
  fp16: 2e-3,
  int8: 0.02,
  "int8-dynamic": 0.05,
  "int8-static": 0.05,
  "int8-block": 0.02,
  "int4-block": 0.2,
};

describe("weights of any size keep their outputs", () => {
  const ids = int64([4], [0, 9, 33, 63]);
  it.each([1e-9, 1e-6, 1, 1e5, 1e8, 1e36])("about %s", (size) => {
    const w = normal("w", [64, 48], size);
    for (const to of weightForms) {
      expect(outcome(product(w), { to }).error, `${to} of a product`).toBeLessThan(errors[to]);
      expect(outcome(table(w), { to }, { ids }).error, `${to} of a table`).toBeLessThan(errors[to]);
    }
  });

  it("and it is said which were left for that", () => {
    expect(outcome(product(normal("w", [64, 48], 1e5)), { to: "fp16" })).toMatchObject({
      to: ["fp32"],
      reason: expect.stringContaining("halves end at 65504") as string,
      held: ["float32"],
    });
    expect(outcome(product(normal("w", [64, 48], 1e-9)), { to: "fp16" }).reason).toContain("too small for halves");
    expect(outcome(table(normal("w", [64, 48], 1e8)), { to: "int8" }, { ids })).toMatchObject({
      to: ["fp32"],
      reason: "its rows want scales that halves do not hold",
    });
  });
});

describe("the model never grows", () => {
  it.each(weightForms)("%s: by a weight that something else reads whole", (to) => {
    const graph = made((b) => {
      const w = b.parameter("w", normal("w", [64, 64]));
      const h = b.op("MatMul", [x(b), w], {}, "h");
      b.output("y", b.op("Add", [b.op("ReduceSum", [h], { keepdims: 0 }), w]));
    });
    const { bytes, held, reason } = outcome(graph, { to, otherwise: "int8" });
    expect(bytes[1]).toBeLessThan(bytes[0]);
    expect(held).toHaveLength(1);
    if (to !== "fp16" && to !== "int8") expect(reason).toContain("Add reads it too");
  });

  it.each(weightForms)("%s: by scales", (to) => {
    const graph = made((b) => {
      const h = b.op("MatMul", [b.input("x", "float32", ["batch", 1]), b.parameter("w", normal("w", [1, 2048]))]);
      b.output("y", b.op("Add", [h, b.parameter("bias", normal("bias", [2048]))]));
    });
    const { bytes } = outcome(graph, { to, otherwise: "int8" }, { x: float32([1, 1], [2]) });
    expect(bytes[1]).toBeLessThanOrEqual(bytes[0]);
  });
});

describe("what is told is what is held", () => {
  it("of a weight that two nodes ask for in two forms", () => {
    const graph = made((b) => {
      const w = b.parameter("w", normal("w", [64, 64]));
      b.output("y", b.op("MatMul", [b.op("MatMul", [x(b), w], {}, "first"), w], {}));
    });
    const spec = { to: "int8", keep: ["first"] } as const;
    expect(quantise(graph, spec).report.nodes.map((n) => [n.to, n.reason])).toEqual([
      ["fp32", "kept"],
      ["fp32", 'it lies in the file once, and "first" reads it as fp32'],
    ]);
    expect(outcome(graph, spec).held).toEqual(["float32"]);
  });

  it("of a weight that an Identity hands on", () => {
    const graph = made((b) =>
      b.output("y", b.op("MatMul", [x(b), b.op("Identity", [b.parameter("w", normal("w", [64, 48]))])])),
    );
    expect(outcome(graph, { to: "int4-block" })).toMatchObject({ to: ["int4-block"], held: ["uint8"] });
    const needs = needsOf(graph, { to: "int4-block", rounding: "gptq" });
    expect(tapped(graph, needs).outputs.map((v) => v.name)).toEqual(["x:moments", "x:rows"]);
  });

  it("of numbers in other types, which are left", () => {
    const half = tensor("float16", [64, 48], Uint16Array.from(normal("w", [64, 48]).data, toHalf));
    const graph = made((b) =>
      b.output("y", b.op("MatMul", [x(b), b.op("Cast", [b.parameter("w", half)], { to: "float32" })])),
    );
    expect(quantise(graph, { to: "int4-block" }).report.nodes).toMatchObject([
      { weight: "w", from: "fp16", to: "fp16", reason: "its numbers are float16, and only float32 is quantised" },
    ]);
    expect(quantise(graph, { to: "fp16" }).report.nodes[0].reason).toBeUndefined();
  });

  it("of a bias that is kept", () => {
    const graph = made((b) =>
      b.output(
        "y",
        b.op("Gemm", [x(b), b.parameter("w", normal("w", [64, 80])), b.parameter("bias", normal("b", [80]))]),
      ),
    );
    const types = (spec: QuantiseSpec) => quantise(graph, spec).graph.initialisers.map((v) => v.type);
    expect(types({ to: "fp16" })).toEqual(["float16", "float16"]);
    expect(types({ to: "fp16", keep: ["bias"] })).toEqual(["float16", "float32"]);
  });
});

describe("a convolution with its ranges seen", () => {
  it("has its bytes in the report, and its bias as it was", () => {
    const graph = made((b) => {
      const [w, bias] = [b.parameter("w", normal("w", [32, 16, 3])), b.parameter("bias", normal("bias", [32]))];
      b.output("y", b.op("Conv", [b.input("x", "float32", ["batch", 16, 8]), w, bias]));
    });
    const fed = { x: normal("conv", [2, 16, 8]) };
    const needs = needsOf(graph, { to: "int8-static" });
    const calibration = observe({}, needs, interpret(tapped(graph, needs), fed));
    const spec = { to: "int8-static", calibration } as const;
    const { report, graph: small } = quantise(graph, spec);
    expect(report.nodes.map((n) => [n.to, n.bytesAfter])).toEqual([["int8-static", 32 * 16 * 3 + 32 * 4]]);
    expect(small.initialisers.find((v) => v.name === "bias")?.tensor).toBe(graph.initialisers[1].tensor);
    expect(outcome(graph, spec, fed).error).toBeLessThan(errors["int8-static"]);
  });
});

describe("rows to calibrate on are asked for where something would be seen", () => {
  const recurrent = made((b) => {
    const [w, r] = [b.parameter("w", normal("w", [1, 128, 32])), b.parameter("r", normal("r", [1, 128, 32]))];
    b.output("y", b.ops("LSTM", [b.input("x", "float32", ["t", "n", 32]), w, r], { hidden_size: 32 }, 3)[0]);
  });
  const turned = made((b) =>
    b.output(
      "y",
      b.op("Gemm", [b.input("x", "float32", [64, "n"]), b.parameter("w", normal("w", [64, 48]))], { transA: 1 }),
    ),
  );

  it.each([recurrent, turned])("and not where no product is", (graph) => {
    const spec = { to: "int4-block", rounding: "gptq" } as const;
    expect(needsOf(graph, spec).moments).toEqual([]);
    expect(quantise(graph, spec).report.nodes.length).toBeGreaterThan(0);
  });
});

describe("numbers that are none", () => {
  const withBias = (bias: number[]): Graph =>
    made((b) =>
      b.output(
        "y",
        b.op("Gemm", [x(b), b.parameter("w", normal("w", [64, 3])), b.parameter("bias", float32([3], bias))]),
      ),
    );
  const code = (graph: Graph, spec: QuantiseSpec): unknown => {
    try {
      return void quantise(graph, spec);
    } catch (error) {
      return error instanceof Fault ? error.code : error;
    }
  };

  it("are refused wherever they lie, unless they are kept; infinities are what masks are made of", () => {
    expect(code(withBias([0, NaN, 1]), { to: "int8" })).toBe("graph/not-finite");
    expect(code(withBias([0, NaN, 1]), { to: "int8", keep: ["bias"] })).toBeUndefined();
    expect(code(withBias([0, -Infinity, 1]), { to: "int8" })).toBeUndefined();
    const mask = made((b) =>
      b.output(
        "y",
        b.op("Add", [x(b), b.parameter("mask", float32([32, 64], new Float32Array(2048).fill(-Infinity)))]),
      ),
    );
    for (const otherwise of ["fp16", "int8"] as const) {
      const [row] = quantise(mask, { to: "int8", otherwise }).report.nodes;
      expect([row.to, row.reason]).toEqual(["fp32", expect.any(String)]);
    }
  });
});
