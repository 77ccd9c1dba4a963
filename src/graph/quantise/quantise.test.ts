import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { fromOnnx } from "../wire/read.ts";
import { toOnnx } from "../wire/write.ts";
import { quantise } from "./quantise.ts";
import type { QuantiseSpec } from "./spec.ts";

function normal(name: string, dims: readonly number[]): Tensor {
  const draw = random(3, name);
  return float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal()),
  );
}

/** A table, a product, a Gemm with its weight transposed. */
function network(): Graph {
  const b = builder("network");
  const ids = b.input("ids", "int64", ["batch"]);
  const x = b.op("Gather", [b.parameter("table", normal("table", [200, 32])), ids]);
  const h = b.op("Tanh", [b.op("MatMul", [x, b.parameter("w", normal("w", [32, 48]))])]);
  b.output(
    "y",
    b.op("Gemm", [h, b.parameter("v", normal("v", [40, 48])), b.parameter("bias", normal("bias", [40]))], {
      transB: 1,
    }),
  );
  return b.finish();
}

const feeds = { ids: int64([5], [0, 7, 7, 199, 42]) };
const run = (g: Graph): Float32Array => interpret(g, feeds).y.data as Float32Array;

function relativeError(a: Float32Array, b: Float32Array): number {
  const square = (v: number): number => v * v;
  const off = a.reduce((s, v, i) => s + square(v - b[i]), 0);
  return Math.sqrt(off / b.reduce((s, v) => s + square(v), 0));
}

const small = (spec: QuantiseSpec): Graph => quantise(network(), spec).graph;

describe("small forms of a graph", () => {
  const exact = run(network());
  const whole = toOnnx(network()).length;

  it.each([
    ["fp16", small({ to: "fp16" }), 0.53, 1e-3],
    ["int8", small({ to: "int8" }), 0.31, 0.02],
    ["int8, products in whole numbers", small({ to: "int8-dynamic", otherwise: "int8" }), 0.33, 0.03],
  ] as const)("%s: fewer bytes, nearly the same values, the same ports", (_, made, share, error) => {
    const bytes = toOnnx(made);
    expect(bytes.length / whole).toBeLessThan(share);
    expect(relativeError(run(made), exact)).toBeLessThan(error);
    expect(toOnnx(fromOnnx(bytes))).toEqual(bytes);
    expect(made.inputs.map((v) => v.name)).toEqual(["ids"]);
    expect(made.outputs.map((v) => [v.name, v.type])).toEqual([["y", "float32"]]);
  });

  it("keeps a table small in memory: no node makes the whole of it", () => {
    for (const made of [small({ to: "fp16" }), small({ to: "int8" })]) {
      const rows = made.nodes.flatMap((n) => n.outputs).map((v) => v?.dims[0]);
      expect(rows).not.toContain(200);
    }
  });

  it("leaves what it is told to leave, and what is past the range of half precision", () => {
    const kept = small({ to: "int8", keep: ["w"] }).initialisers.find((v) => v.name === "w");
    expect(kept?.type).toBe("float32");
    const b = builder("large");
    const x = b.input("x", "float32", ["batch", 100]);
    b.output("y", b.op("MatMul", [x, b.parameter("w", float32([100, 1], new Float32Array(100).fill(1e6)))]));
    expect(quantise(b.finish(), { to: "fp16" }).graph.initialisers.map((v) => v.type)).toEqual(["float32"]);
  });
});
