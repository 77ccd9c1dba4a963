import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, sizeOf } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { printFact } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { fromOnnx } from "./read.ts";
import { toOnnx } from "./write.ts";

const draw = random(9, "sizes");
const numbers = (...dims: number[]) =>
  float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => draw.normal()),
  );

/** As exported for one picture: the batch of one stands in the shapes that it reshapes to. */
const one = (() => {
  const b = builder("one");
  const x = b.input("x", "float32", [1, 2, 4, 4]);
  const seen = b.op("Conv", [x, b.parameter("k", numbers(3, 2, 3, 3))], { kernel_shape: [3, 3] });
  const rows = b.op("Reshape", [seen, b.ints([1, 3, 4])]);
  const flat = b.op("Reshape", [b.op("Softmax", [rows], { axis: 2 }), b.ints([1, -1])]);
  b.output("y", b.op("MatMul", [flat, b.parameter("w", numbers(12, 5))]));
  return toOnnx(b.finish());
})();

describe("sizes given to a model that is read", () => {
  it("open the batch of one that it was exported for", () => {
    const graph = fromOnnx(one, { sizes: { x: ["batch", 2, 4, 4] } });
    expect(graph.outputs.map(printFact)).toEqual(["float32[batch, 5]"]);
    const x = numbers(3, 2, 4, 4);
    const all = interpret(graph, { x }).y.data as Float32Array;
    for (let i = 0; i < 3; i++) {
      const { y } = interpret(fromOnnx(one), { x: float32([1, 2, 4, 4], x.data.slice(32 * i, 32 * i + 32)) });
      expect(all.subarray(5 * i, 5 * i + 5)).toEqual(y.data);
    }
  });

  it("are refused for an input that there is not, and with other axes", () => {
    const refused = (sizes: Record<string, (string | number)[]>) => (): unknown => fromOnnx(one, { sizes });
    expect(refused({ X: ["batch", 2, 4, 4] })).toThrow(
      expect.objectContaining({ code: "graph/input", remedy: 'did you mean "x"?' }),
    );
    expect(refused({ x: ["batch", 2] })).toThrow("has 4 axes and was given 2 sizes");
    expect(refused({ x: [1, 2, 5, 5] })).toThrow(expect.objectContaining({ code: "graph/shape" }));
  });
});
