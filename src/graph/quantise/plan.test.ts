import { describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { fileName } from "./names.ts";
import { needsOf, observe, tapped } from "./observe.ts";
import { quantise } from "./quantise.ts";
import { forms, type QuantiseSpec } from "./spec.ts";

function normal(name: string, dims: readonly number[]): Tensor<"float32"> {
  const draw = random(4, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal()),
  );
}

/** A table that is read as the last product's weight too, a narrow product, a kernel, and a large weight that is added. */
function network(spoil?: (w: Float32Array) => void): Graph {
  const b = builder("network");
  const ids = b.input("ids", "int64", ["batch", 10]);
  const table = b.parameter("table", normal("table", [64, 64]));
  const picked = b.op("Gather", [table, ids], {}, "picked");
  const x = b.op("Add", [picked, b.parameter("places", normal("places", [10, 64]))]);
  const kernel = b.parameter("kernel", normal("kernel", [10, 10, 3]));
  const seen = b.op("Conv", [x, kernel], { pads: [1, 1] }, "seen");
  const w = normal("w", [64, 8]);
  spoil?.(w.data);
  const narrow = b.op("MatMul", [seen, b.parameter("w", w)], {}, "first");
  const back = b.op("MatMul", [narrow, b.parameter("v", normal("v", [8, 64]))], {}, "second");
  b.output("y", b.op("MatMul", [back, table], {}));
  return b.finish();
}

const feeds = {
  ids: int64(
    [2, 10],
    Array.from({ length: 20 }, (_, i) => (i * 7) % 64),
  ),
};
const graph = network();
const listed = (spec: QuantiseSpec) =>
  quantise(graph, { least: 256, ...spec }).report.nodes.map((n) => [n.name, n.to, n.reason ?? ""]);
const code = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof Fault ? [error.code, error.remedy] : error;
  }
  return undefined;
};

describe("what becomes of each node", () => {
  it("lists what a form cannot take, with the reason, and leaves it as it was", () => {
    expect(listed({ to: "int4-block" })).toEqual([
      ["picked", "int4-block", ""],
      ["seen", "fp32", "its rows of 30 are narrower than a block of 32"],
      ["first", "int4-block", ""],
      ["second", "fp32", "its rows of 8 are narrower than a block of 32"],
      ["y", "int4-block", ""],
      ["places", "fp32", "read by Add, not as a weight of a product, convolution, recurrence or table"],
    ]);
    const { graph: small, report } = quantise(graph, { to: "int4-block", least: 256 });
    for (const name of ["kernel", "v", "places"])
      expect(small.initialisers.find((v) => v.name === name)?.tensor).toBe(
        graph.initialisers.find((v) => v.name === name)?.tensor,
      );
    // The table is read by rows and as a product, so it is kept in both forms.
    expect(report.nodes.map((n) => [n.bytesBefore, n.bytesAfter])).toEqual([
      [64 * 64 * 4, 64 * 32 + 64 * 2 * 2],
      [10 * 10 * 3 * 4, 10 * 10 * 3 * 4],
      [64 * 8 * 4, 8 * 32 + 8 * 2 * 2],
      [8 * 64 * 4, 8 * 64 * 4],
      [0, 64 * 32 + 64 * 2 * 2],
      [10 * 64 * 4, 10 * 64 * 4],
    ]);
  });

  it("keeps what it is told to keep, and gives single nodes their own form", () => {
    const spec: QuantiseSpec = {
      to: "int8",
      keep: ["s*d"],
      nodes: [{ match: "w", to: "int4-block" }],
      otherwise: "fp16",
    };
    expect(listed(spec)).toEqual([
      ["picked", "int8", ""],
      ["seen", "int8", ""],
      ["first", "int4-block", ""],
      ["second", "fp32", "kept"],
      ["y", "int8", ""],
      ["places", "fp16", "read by Add, not as a weight of a product, convolution, recurrence or table"],
    ]);
    expect(listed({ to: "int8-dynamic" }).map((n) => n[1])).toEqual([
      "int8",
      "int8",
      "int8-dynamic",
      "int8-dynamic",
      "int8-dynamic",
      "fp32",
    ]);
    expect(quantise(graph, { to: "fp32" }).graph).toBe(graph);
  });

  it("keeps what stands alone in a form of its own", () => {
    expect(listed({ to: "int4-block", otherwise: "int8", loose: "fp16" }).at(-1)?.slice(0, 2)).toEqual([
      "places",
      "fp16",
    ]);
    expect(listed({ to: "int4-block", otherwise: "int8" }).at(-1)?.slice(0, 2)).toEqual(["places", "int8"]);
  });

  it("fills the bytes of a table whose columns are odd, and halves hold its smallest scales", () => {
    const b = builder("odd");
    const table = normal("odd", [64, 35]);
    table.data.fill(2 ** -20, 35, 70);
    const ids = b.input("ids", "int64", ["batch", 10]);
    b.output("y", b.op("Gather", [b.parameter("table", table), ids]));
    const { graph: small, report } = quantise(b.finish(), { to: "int4-block" });
    expect(report.nodes[0].bytesAfter).toBe(64 * (18 + 2 * 2));
    const { y } = interpret(small, feeds);
    expect(y.dims).toEqual([2, 10, 35]);
    const worst = feeds.ids.data.reduce((most, id, i) => {
      const off = (k: number) => Math.abs((y.data[35 * i + k] as number) - table.data[35 * Number(id) + k]);
      return Math.max(most, ...Array.from({ length: 35 }, (_, k) => off(k)));
    }, 0);
    expect(worst).toBeLessThan(0.3);
  });

  it.each(forms.filter((f) => f !== "int8-static"))("%s: the ports stay, and no byte is lost from the report", (to) => {
    const { graph: small, report } = quantise(graph, { to, least: 256, otherwise: to === "fp32" ? "fp32" : "fp16" });
    expect(small.inputs.map((v) => [v.name, v.type])).toEqual([["ids", "int64"]]);
    expect(small.outputs.map((v) => [v.name, v.type])).toEqual([["y", "float32"]]);
    const after = report.nodes.reduce((sum, n) => sum + n.bytesAfter, 0);
    // Beside the weights stand a few constants of a few bytes.
    expect(report.bytesAfter - after).toBeGreaterThanOrEqual(0);
    expect(report.bytesAfter - after).toBeLessThan(64);
    expect(interpret(small, feeds).y.dims).toEqual([2, 10, 64]);
  });

  it("names files as the hub does", () => {
    expect([...forms, "mixed" as const].map((f) => fileName(f))).toEqual([
      "model.onnx",
      "model_fp16.onnx",
      "model_int8.onnx",
      "model_quantized.onnx",
      "model_quantized.onnx",
      "model_q8.onnx",
      "model_q4.onnx",
      "model_mixed.onnx",
    ]);
    expect(fileName("int4-block", "decoder")).toBe("decoder_q4.onnx");
  });
});

describe("what is refused", () => {
  it("weights that are no numbers, unless they are kept", () => {
    for (const bad of [NaN, Infinity]) {
      const spoilt = network((w) => (w[70] = bad));
      expect(code(() => quantise(spoilt, { to: "int4-block", least: 256 }))).toEqual([
        "graph/not-finite",
        expect.any(String),
      ]);
      expect(code(() => quantise(spoilt, { to: "int8", least: 256 }))).toEqual([
        "graph/not-finite",
        expect.any(String),
      ]);
      expect(code(() => quantise(spoilt, { to: "int4-block", least: 256, keep: ["w"] }))).toBeUndefined();
    }
  });

  it("settings and names that are none", () => {
    const refusal = (spec: object) => code(() => quantise(graph, spec as QuantiseSpec));
    expect(refusal({ to: "int4-blok" })).toEqual(["graph/quantise", "did you mean int4-block?"]);
    expect(refusal({ to: "int4-block", block: 48 })).toEqual(["graph/quantise", undefined]);
    expect(refusal({ to: "int4-block", rounding: "gtpq" })).toEqual(["graph/quantise", "did you mean gptq?"]);
    expect(refusal({ to: "int8", keep: ["pickd"] })).toEqual(["graph/node", 'did you mean "picked"?']);
    expect(refusal({ to: "int8-static" })).toEqual(["graph/calibration", expect.any(String)]);
    expect(refusal({ to: "int4-block", rounding: "gptq" })).toEqual(["graph/calibration", expect.any(String)]);
  });
});

describe("calibration", () => {
  it("sees what the spec needs and no more", () => {
    const spec: QuantiseSpec = { to: "int4-block", rounding: "gptq", nodes: [{ match: "seen", to: "int8-static" }] };
    const needs = needsOf(graph, spec);
    expect(needs.histograms).toEqual([graph.nodes[1].outputs[0]!.name, "seen"]);
    expect(needs.moments).toEqual(["seen", "first", "second"]);
    expect(needsOf(graph, { to: "int8" })).toEqual({ histograms: [], moments: [] });
    const results = interpret(tapped(graph, needs), feeds);
    const seen = observe(observe({}, needs, results), needs, results);
    expect(seen.histograms!.get("seen")!.total).toBe(2 * 2 * 10 * 64);
    const left = interpret(tapped(graph, { histograms: ["first"], moments: [] }), feeds)["first:values"];
    const rows = left.data as Float32Array;
    let sum = 0;
    for (let i = 0; i < rows.length; i += 8) sum += rows[i] * rows[i + 3];
    expect(seen.moments!.get("first")!.sums[3] / (2 * sum)).toBeCloseTo(1, 5);
    expect(seen.moments!.get("first")!.rows).toBe((2 * rows.length) / 8);
    expect(code(() => tapped(graph, { histograms: ["nowhere"], moments: [] }))).toEqual([
      "graph/calibration",
      expect.any(String),
    ]);
    const gptq = (sums: Float64Array): unknown => {
      const moments = new Map([["first", { size: Math.sqrt(sums.length), sums, rows: 8 }]]);
      return code(() =>
        quantise(graph, { to: "int8-dynamic", least: 256, rounding: "gptq", calibration: { moments } }),
      );
    };
    expect(gptq(new Float64Array(64))).toBeUndefined();
    expect(gptq(new Float64Array(64).fill(NaN))).toEqual(["graph/calibration", expect.any(String)]);
    expect(gptq(new Float64Array(16))).toEqual(["graph/calibration", expect.any(String)]);
    const broken = observe({}, { histograms: ["seen"], moments: [] }, { "seen:values": float32([2], [1, NaN]) });
    expect(listed({ to: "fp32", nodes: [{ match: "first", to: "int8-static" }], calibration: broken })[2][2]).toBe(
      "1 values seen in calibration were not finite",
    );
    expect(code(() => observe(seen, needs, { "first:moments": float32([2], [1, 2]) }))).toEqual([
      "graph/calibration",
      expect.any(String),
    ]);
  });
});
