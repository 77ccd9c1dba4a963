import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { quantise } from "./quantise.ts";
import { smallest } from "./sensitivity.ts";

function normal(name: string, dims: readonly number[], scale: number): Tensor<"float32"> {
  const draw = random(2, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal() * scale),
  );
}

/** Three branches of one size; what the second says counts a hundred times as much. */
function network(): Graph {
  const b = builder("branches");
  const x = b.input("x", "float32", ["batch", 32]);
  const branch = (name: string, scale: number) => b.op("MatMul", [x, b.parameter(name, normal(name, [32, 32], scale))]);
  b.output("y", b.op("Add", [b.op("Add", [branch("first", 0.1), branch("second", 10)]), branch("third", 0.1)]));
  return b.finish();
}

const graph = network();
const feeds = { x: normal("x", [8, 32], 1) };
const parent = interpret(graph, feeds).y.data as Float32Array;
const damage = (g: Graph): number => {
  const y = interpret(g, feeds).y.data as Float32Array;
  return Math.sqrt(y.reduce((s, v, i) => s + (v - parent[i]) ** 2, 0) / y.length);
};
const search = (limit: number) =>
  smallest(graph, { spec: { to: "fp32" }, forms: ["int8-block", "int4-block"], damage, limit });

describe("the smallest model within a damage", () => {
  it("spares the weight that damage comes from", async () => {
    const { best, spec, curve, sensitivities } = await search(0.5);
    expect(best!.damage).toBeLessThanOrEqual(0.5);
    expect(Object.fromEntries(best!.nodes.map((n) => [n.match, n.to]))).toEqual({
      first: "int4-block",
      third: "int4-block",
      second: "int8-block",
    });
    expect(quantise(graph, spec!).report.bytesAfter).toBe(best!.bytes);
    expect(sensitivities).toHaveLength(6);
    expect(curve[0].nodes).toEqual([]);
    for (let i = 1; i < curve.length; i++) expect(curve[i].bytes).toBeLessThan(curve[i - 1].bytes);
  });

  it("gives no more than is borne, and what is borne in full", async () => {
    expect((await search(0)).best!.nodes).toEqual([]);
    const all = (await search(Infinity)).best!;
    expect(all.nodes.map((n) => n.to)).toEqual(["int4-block", "int4-block", "int4-block"]);
    expect((await search(-1)).best).toBeUndefined();
    expect(await search(0.5)).toEqual(await search(0.5));
  });
});
