import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, sizeOf } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { type Graph, printFact, type Value } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { trainingStep } from "../training/step.ts";
import { withHead } from "./head.ts";

const draw = random(5, "head");
const numbers = (dims: readonly number[]) =>
  float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => draw.normal()),
  );

/** A body, and what makes shares of its old classes. */
function model(x: readonly (string | number)[], body: (b: Builder, x: Value) => Value): Graph {
  const b = builder("model");
  const y = body(b, b.input("x", "float32", x));
  b.output("shares", b.op("Softmax", [y], { axis: 1 }));
  return b.finish();
}
const product = (b: Builder, x: Value, name: string, dims: readonly number[]): Value =>
  b.op("MatMul", [x, b.parameter(name, numbers(dims))]);
const rows = model(["n", 4], (b, x) =>
  product(b, b.op("Relu", [product(b, x, "w1", [4, 6])], {}, "logits"), "w2", [6, 9]),
);
const pictures = model(["n", 3, 5, 5], (b, x) => {
  const seen = b.op("Conv", [x, b.parameter("k1", numbers([8, 3, 3, 3]))], { kernel_shape: [3, 3] }, "seen");
  const old = b.op("Conv", [seen, b.parameter("k2", numbers([9, 8, 1, 1]))], { kernel_shape: [1, 1] });
  return b.op("Flatten", [b.op("GlobalAveragePool", [old])]);
});
const tokens = model(["n", "t", 4], (b, x) => product(b, product(b, x, "w1", [4, 6]), "w2", [6, 9]));

describe("a new head", () => {
  it.each([
    ["rows", rows, "float32[n, 3]", ["w1"]],
    ["pictures, averaged over their places", pictures, "float32[n, 3]", ["k1"]],
    ["tokens, each with an answer", tokens, "float32[n, t, 3]", ["w1"]],
  ] as const)("stands over %s", (_, graph, fact, kept) => {
    const { graph: headed, logits, parameters } = withHead(graph, { classes: 3, output: "kinds" });
    expect(headed.outputs.map((v) => [v.name, printFact(v)])).toEqual([[logits, fact]]);
    expect(headed.initialisers.map((v) => v.name).sort()).toEqual([...kept, ...parameters].sort());
    const step = trainingStep(headed, { loss: { kind: "cross-entropy", logits }, optimiser: "gradients", parameters });
    expect(step.parameters).toEqual(parameters);
  });

  it("is features times weight plus bias", () => {
    const { graph } = withHead(pictures, { classes: 2, output: "kinds" });
    const [w, bias] = [numbers([8, 2]), numbers([2])];
    const given = { "kinds.weight": w, "kinds.bias": bias };
    const initialisers = graph.initialisers.map((v) =>
      v.name in given ? { ...v, tensor: given[v.name as keyof typeof given] } : v,
    );
    const swap = new Map<Value | undefined, Value>(graph.initialisers.map((v, i) => [v, initialisers[i]]));
    const nodes = graph.nodes.map((n) => ({ ...n, inputs: n.inputs.map((v) => swap.get(v) ?? v) }));
    const x = numbers([2, 3, 5, 5]);
    const { kinds } = interpret({ ...graph, initialisers, nodes }, { x });
    const seen = interpret({ ...pictures, outputs: [pictures.nodes[0].outputs[0]!] }, { x }).seen.data as Float32Array;
    for (const [n, c] of [
      [0, 0],
      [1, 1],
    ]) {
      let sum = bias.data[c];
      for (let f = 0; f < 8; f++) {
        const places = seen.subarray((n * 8 + f) * 9, (n * 8 + f + 1) * 9);
        sum += (places.reduce((s, v) => s + v, 0) / 9) * w.data[2 * f + c];
      }
      expect(Number(kinds.data[2 * n + c])).toBeCloseTo(sum, 4);
    }
  });

  it("reads what it is told to", () => {
    const { graph } = withHead(rows, { classes: 2, features: "logits", output: "kinds" });
    expect(graph.initialisers.find((v) => v.name === "kinds.weight")?.dims).toEqual([6, 2]);
    const over = withHead(pictures, { classes: 2, features: "seen" });
    expect(printFact(over.graph.outputs[0])).toBe("float32[n, 2]");
  });

  it.each([
    [rows, { classes: 0 }, "a head has a whole number of classes from 1, not 0"],
    [rows, { classes: 2, features: "logit" }, 'the model has no value "logit"'],
    [model(["n", 4], (_, x) => x), { classes: 2 }, "the model has no last layer that a new one could stand for"],
    [
      model(["n", "m"], (b, x) => b.op("Relu", [x], {}, "wide")),
      { classes: 2, features: "wide" },
      'no head can read "wide"',
    ],
  ])("is refused where it cannot stand: %#", (graph, options, what) => {
    expect(() => withHead(graph, options)).toThrow(expect.objectContaining({ code: "graph/head", message: what }));
  });
});
