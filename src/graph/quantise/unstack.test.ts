import { expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { quantise } from "./quantise.ts";
import { needsOf, observe, tapped } from "./observe.ts";
import { unstack } from "./unstack.ts";

function normal(name: string, dims: readonly number[]): Tensor<"float32"> {
  const draw = random(6, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal()),
  );
}

/** Rows times a matrix by head, as attention is written: [rows, 32] to [6, rows, 8]. */
function network(perm: readonly number[]): Graph {
  const b = builder("heads");
  const x = b.op("Tanh", [b.input("x", "float32", ["rows", 32])], {}, "before");
  const split = b.op("Reshape", [b.parameter("qkv", normal("qkv", [32, 48])), b.ints([32, 6, 8])]);
  const stack = b.op("Transpose", [split], { perm: [...perm] });
  b.output("y", b.op("MatMul", [x, stack]));
  return b.finish();
}

const feeds = { x: normal("x", [5, 32]) };
const graph = network([1, 0, 2]);

it("stacked products made one say the same", () => {
  const flat = unstack(graph);
  expect(flat.nodes.filter((n) => n.op === "MatMul").map((n) => n.inputs[1]?.name)).toEqual(["qkv"]);
  const [found, expected] = [flat, graph].map((g) => interpret(g, feeds).y);
  expect(found.dims).toEqual(expected.dims);
  expect(found.data).toEqual(expected.data);
  const other = builder("other");
  other.output(
    "y",
    other.op("MatMul", [other.input("x", "float32", ["n", 32]), other.parameter("w", normal("w", [32, 4]))]),
  );
  const plain = other.finish();
  expect(unstack(plain)).toBe(plain);
});

it("forms take their matrix, with what was seen of their left side", () => {
  for (const spec of [{ to: "int4-block", rounding: "gptq" }, { to: "int8-static" }, { to: "int8" }] as const) {
    const needs = needsOf(graph, { ...spec });
    expect([...needs.histograms, ...needs.moments]).toEqual(spec.to === "int8" ? [] : ["before"]);
    const calibration = observe({}, needs, spec.to === "int8" ? {} : interpret(tapped(graph, needs), feeds));
    const { graph: small, report } = quantise(graph, { ...spec, calibration });
    expect(report.nodes.map((n) => [n.weight, n.to])).toEqual([["qkv", spec.to]]);
    expect(report.bytesAfter / report.bytesBefore).toBeLessThan(0.3);
    const [y, parent] = [small, graph].map((g) => interpret(g, feeds).y.data as Float32Array);
    const off = Math.sqrt(y.reduce((s, v, i) => s + (v - parent[i]) ** 2, 0) / parent.reduce((s, v) => s + v * v, 0));
    expect(off).toBeLessThan(0.12);
  }
});
