import { describe, expect, it } from "vitest";
import { float32 } from "../base/tensor.ts";
import { builder } from "../graph/build.ts";
import { fromOnnx } from "../graph/index.ts";
import { quantise } from "../graph/quantise/quantise.ts";
import type { Form } from "../graph/quantise/spec.ts";
import { toOnnx } from "../graph/wire/write.ts";
import { skimOnnx } from "../model/readers/onnx.ts";
import { bytesSource } from "../model/readers/source.ts";
import { programWeightsAt } from "./loaded-at.ts";
import { programWeights } from "./loaded.ts";
import type { OnnxPrecision } from "./onnx-weights.ts";

const values = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i));

function product(): Uint8Array {
  const b = builder("g");
  b.output(
    "y",
    b.op("MatMul", [b.input("x", "float32", ["n", 512]), b.parameter("w", float32([512, 512], values(512 * 512)))]),
  );
  return toOnnx(b.finish());
}

function table(): Uint8Array {
  const b = builder("g");
  const rows = b.parameter("e", float32([1024, 256], values(1024 * 256)));
  b.output("y", b.op("Gather", [rows, b.input("ids", "int32", ["n"])], { axis: 0 }));
  return toOnnx(b.finish());
}

function weightsOf(bytes: Uint8Array, to?: Form): number {
  const made = to === undefined ? bytes : toOnnx(quantise(fromOnnx(bytes), { to }).graph);
  const header = skimOnnx(bytesSource("made", made), () => 0);
  return programWeights(header.program!, header.tensors) / 2 ** 20;
}

describe("weights as the engine holds them", () => {
  it("take of a matrix itself, and of one that is widened all that widening makes", () => {
    expect(weightsOf(product())).toBeCloseTo(1.02, 2);
    expect(weightsOf(product(), "fp16")).toBeCloseTo(1.06 + 0.25 * 0.5, 2);
    expect(weightsOf(product(), "int8")).toBeCloseTo(2.12 + 0.25 * 0.25, 2);
    expect(weightsOf(product(), "int8-dynamic")).toBeCloseTo(0.26, 1);
    expect(weightsOf(product(), "int4-block")).toBeLessThan(0.25);
  });

  it("take in another form what the quantiser's own make of them takes", () => {
    const at = (bytes: Uint8Array, precision: OnnxPrecision): number => {
      const header = skimOnnx(bytesSource("made", bytes), () => 0);
      return programWeightsAt(header.program!, header.tensors, precision) / 2 ** 20;
    };
    for (const [precision, form] of [
      ["fp16", "fp16"],
      ["int8", "int8"],
      ["int8-dynamic", "int8-dynamic"],
      ["int4", "int4-block"],
    ] as const) {
      for (const model of [product(), table()]) {
        const [told, made] = [at(model, precision), weightsOf(model, form)];
        expect(Math.abs(told - made), `${precision}: ${told}, made ${made}`).toBeLessThan(0.05 * made + 0.01);
      }
    }
    expect(at(product(), "fp32")).toBe(weightsOf(product()));
  });

  it("take of a table itself, small as it is", () => {
    expect(weightsOf(table())).toBe(1);
    expect(weightsOf(table(), "fp16")).toBe(0.5);
    expect(weightsOf(table(), "int8")).toBeLessThan(0.27);
  });

  it("take of what is neither, twice itself", () => {
    const b = builder("g");
    b.output(
      "y",
      b.op("Add", [b.input("x", "float32", [256, 256]), b.parameter("w", float32([256, 256], values(256 * 256)))]),
    );
    expect(weightsOf(toOnnx(b.finish()))).toBe(0.5);
  });
});
