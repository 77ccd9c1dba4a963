import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, float32, int64, type Tensor, tensor } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import type { Graph, Value } from "../ir.ts";
import { fromOnnx } from "../wire/read.ts";
import { toOnnx } from "../wire/write.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";

/** A graph as plain data: everything but the identity of its values. */
function plain(graph: Graph): unknown {
  const label = (v: Value | undefined): unknown => v && [v.name, v.type, v.dims, v.content];
  const data = (t: Tensor): unknown => [t.type, t.dims, Buffer.from(bytesOf(t.data)).toString("hex")];
  return {
    name: graph.name,
    inputs: graph.inputs.map(label),
    initialisers: graph.initialisers.map((v) => [label(v), data(v.tensor)]),
    nodes: graph.nodes.map((n) => ({ ...n, inputs: n.inputs.map(label), outputs: n.outputs.map(label) })),
    outputs: graph.outputs.map(label),
  };
}

const names = fc.string({ minLength: 1, maxLength: 8, unit: "binary" });
const numbers = fc.float({ noDefaultInfinity: false });

/** Each step adds one node that reads values made so far. */
const steps: readonly ((b: Builder, pick: () => Value) => Value)[] = [
  (b, pick) => b.op("Add", [pick(), pick()]),
  (b, pick) => b.op("MatMul", [pick(), b.constant(float32([3, 3], Array(9).fill(-0)))]),
  (b, pick) => b.op("Softmax", [pick()], { axis: 1 }),
  (b, pick) => b.op("LeakyRelu", [pick()], { alpha: 0.1 }),
  (b, pick) => b.op("Transpose", [b.op("Transpose", [pick()], { perm: [1, 0] })], {}),
  (b, pick) => b.op("Clip", [pick(), undefined, b.scalar(Infinity)]),
  (b, pick) => b.op("Cast", [b.op("Cast", [pick()], { to: "float16" })], { to: "float32" }),
  (b, pick) => b.op("Concat", b.ops("Split", [pick(), b.ints([1, 2])], { axis: 1 }, 2), { axis: 1 }),
  (b, pick) =>
    b.op("Reshape", [pick(), b.op("Concat", [b.op("Shape", [pick()], { end: 1 }), b.ints([3])], { axis: 0 })]),
  (b, pick) => {
    const value = float32([1], [0.1]);
    return b.op("Add", [pick(), b.op("ConstantOfShape", [b.ints([1, 3])], { value })]);
  },
];

const graphs: fc.Arbitrary<Graph> = fc
  .record({
    names: fc.uniqueArray(names, { minLength: 5, maxLength: 5 }),
    values: fc.array(numbers, { minLength: 18, maxLength: 18 }),
    large: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    steps: fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 }),
  })
  .map(({ names: [graph, x, w, v, y], values, large, steps: chosen }) => {
    const b = builder(graph);
    const made = [b.input(x, "float32", ["batch", 3]), b.parameter(w, float32([1, 3], values.slice(0, 3)))];
    b.parameter(v, float32([6, 3], values));
    b.constant(tensor("int64", [1], BigInt64Array.of(large)));
    for (const [kind, ...picks] of chosen) {
      let at = 0;
      made.push(steps[kind](b, () => made[picks[at++ % 2] % made.length]));
    }
    b.output(y, made[made.length - 1]);
    return b.finish();
  });

describe("the text form", () => {
  it("parse(print(g)) is g", () => {
    fc.assert(
      fc.property(graphs, (g) => {
        const text = print(g);
        expect(plain(parse(text))).toEqual(plain(g));
        expect(print(parse(text))).toBe(text);
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it("fromOnnx(toOnnx(g)) is g", () => {
    fc.assert(
      fc.property(graphs, (g) => {
        expect(print(fromOnnx(toOnnx(g)))).toBe(print(g));
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it("reads like the calculus it is", () => {
    const b = builder("linear");
    const x = b.input("x", "float32", ["batch", 3]);
    const logits = b.op("MatMul", [x, b.parameter("w", float32([3, 2], [1, 2, 3, 4, 5, 6]))]);
    b.output("log p", b.op("LogSoftmax", [logits], { axis: 1 }));
    b.output("first", b.op("Gather", [logits, b.constant(int64([], [0]))], { axis: 1 }));
    expect(print(b.finish())).toMatchInlineSnapshot(`
      "graph linear {
        input x float32[batch, 3]
        tensor w float32[3, 2] = {1, 2, 3, 4, 5, 6}
        tensor constant_0 int64[] = {0}
        MatMul_0 float32[batch, 2] = MatMul(x, w)
        "log p" float32[batch, 2] = LogSoftmax(MatMul_0) axis=1
        first float32[batch] = Gather(MatMul_0, constant_0) axis=1
        output "log p"
        output first
      }
      "
    `);
  });

  it.each([
    ["graph g {", "line 1"],
    ["graph g {\n  y float32[] = Nothing(x)\n}", "Nothing"],
    ["graph g {\n  input x float32[2]\n  y float32[3] = Neg(x)\n}", "float32[2]"],
    ["graph g {\n  input x float32[2]\n  y float32[2] = Neg(x) slope=1\n}", "slope"],
    ["graph g {\n  tensor w float32[3] = {1, 2}\n}", "2 numbers"],
  ])("refuses %j and says where", (text, word) => {
    try {
      parse(text);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).toContain(word);
    }
  });
});
