import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { interpret } from "../meaning/interpret.ts";
import { momentsOf } from "./moments.ts";
import { quantise } from "./quantise.ts";
import { rounded } from "./rounded.ts";
import type { QuantiseSpec } from "./spec.ts";

const draw = random(6, "rounded");
const normal = (dims: readonly number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((n, d) => n * d) }, () => draw.normal()),
  );
const b = builder("network");
const picked = b.op("Gather", [b.parameter("table", normal([10, 48])), b.input("ids", "int64", ["n"])], {}, "picked");
const hidden = b.op("MatMul", [picked, b.parameter("w", normal([48, 40]))], {}, "hidden");
b.output("y", b.op("Gemm", [hidden, b.parameter("v", normal([6, 40]))], { transB: 1 }));
const graph = b.finish();
const feeds = { ids: int64([10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) };

describe("weights at the values that stand for them", () => {
  const moments = new Map([
    ["picked", momentsOf(normal([64, 48]).data, 48)],
    ["hidden", momentsOf(normal([64, 40]).data, 40)],
  ]);
  it.each([
    { to: "int4-block", rounding: "mse" },
    { to: "int4-block", rounding: "nearest", zeroPoints: true },
    { to: "int8-block", rounding: "gptq", calibration: { moments } },
  ] as const)("answer as the quantised graph does: $to, $rounding", (given) => {
    const spec: QuantiseSpec = { least: 1, accuracyLevel: 0, ...given };
    const [plain, small] = [rounded(graph, spec), quantise(graph, spec).graph];
    // GPTQ leaves the table alone.
    const same =
      spec.rounding === "gptq"
        ? quantise(plain, { ...spec, to: "fp32", nodes: [{ match: "table", to: "int8-block" }] }).graph
        : plain;
    const [ours, theirs] = [interpret(same, feeds).y.data, interpret(small, feeds).y.data];
    theirs.forEach((v, i) => expect(Math.abs(Number(ours[i]) - Number(v))).toBeLessThan(1e-4));
    expect(plain.initialisers.map((v) => v.name)).toEqual(graph.initialisers.map((v) => v.name));
  });

  it("leaves what is not put in blocks as it is", () => {
    const plain = rounded(graph, { to: "int8", nodes: [{ match: "w", to: "int4-block" }] });
    expect(plain.initialisers.map((v, i) => v.tensor === graph.initialisers[i].tensor)).toEqual([true, false, true]);
  });
});
