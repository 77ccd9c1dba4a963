import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { type Graph, isConstantName } from "../ir.ts";
import { fromTensor } from "../meaning/array.ts";
import { evaluate, interpret } from "../meaning/interpret.ts";
import { print } from "../text/print.ts";
import { withWeights } from "../rewrite/weights.ts";
import { trainingStep } from "../training/step.ts";
import { adapt } from "./adapt.ts";
import { merge } from "./merge.ts";

const draw = random(5, "adapters");
const normal = (...dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => 0.5 * draw.normal()),
  );

/** Each way in which a weight meets its input, once: plain, turned, stacked by head, Gemm both ways, in three axes. */
function products(): Graph {
  const b = builder("products");
  let x = b.input("x", "float32", ["batch", 6]);
  x = b.op("Tanh", [b.op("MatMul", [x, b.parameter("plain", normal(6, 8))])]);
  x = b.op("MatMul", [x, b.op("Transpose", [b.parameter("turned", normal(4, 8))])]);
  const stack = b.op("Reshape", [b.parameter("stacked", normal(4, 12)), b.ints([4, 3, 4])]);
  const heads = b.op("MatMul", [x, b.op("Transpose", [stack], { perm: [1, 0, 2] })]);
  const mixed = b.op("MatMul", [b.op("Sigmoid", [heads]), b.parameter("deep", normal(4, 4))]);
  x = b.op("ReduceSum", [mixed, b.ints([0])], { keepdims: 0 });
  x = b.op("Gemm", [x, b.parameter("gemm", normal(5, 4)), b.parameter("bias", normal(5))], { transB: 1, alpha: 0.5 });
  x = b.op("Transpose", [b.op("Relu", [x])]);
  b.output("logits", b.op("Gemm", [x, b.parameter("head", normal(5, 3))], { transA: 1 }));
  return b.finish();
}

function convolutions(): Graph {
  const b = builder("convolutions");
  const x = b.input("x", "float32", ["batch", 4, 7, 6]);
  const first = b.op("Conv", [x, b.parameter("first", normal(6, 4, 3, 2)), b.parameter("bias", normal(6))], {
    pads: [1, 0, 1, 1],
    strides: [2, 1],
  });
  const second = b.op("Conv", [b.op("Tanh", [first]), b.parameter("second", normal(4, 3, 2, 2))], {
    group: 2,
    dilations: [1, 2],
  });
  b.output("logits", b.op("ReduceMean", [second, b.ints([2, 3])], { keepdims: 0 }));
  return b.finish();
}

const inputs: Readonly<Record<string, Tensor>> = { products: normal(3, 6), convolutions: normal(2, 4, 7, 6) };

/** The adapters as some training might leave them. */
const filled = (graph: Graph, names: readonly string[]): Map<string, Tensor> =>
  new Map(names.map((name) => [name, normal(...graph.initialisers.find((v) => v.name === name)!.tensor.dims)]));

function answers(graph: Graph, x: Tensor): number[] {
  return Array.from(interpret(graph, { x }).logits.data as Float32Array);
}

describe.each([
  ["products", products],
  ["convolutions", convolutions],
])("adapters beside %s", (name, make) => {
  const model = make();
  const x = inputs[name];

  it("change nothing until they are trained", () => {
    const { graph, adapters } = adapt(model, { rank: 2 });
    expect(adapters.map((a) => a.weight)).toEqual(
      model.initialisers.filter((v) => v.dims.length >= 2 && !v.name.startsWith("constant_")).map((v) => v.name),
    );
    expect(answers(graph, x)).toEqual(answers(model, x));
  });

  it("answer as the model into which they are merged with all else that was trained, at any rank and scale", () => {
    const others = model.initialisers.filter((v) => !isConstantName(v.name)).map((v) => v.name);
    const law = fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 4, 0.5),
      fc.boolean(),
      (rank, alpha, all) => {
        const { graph, adapters, parameters } = adapt(model, { rank, alpha });
        const values = filled(graph, all ? [...parameters, ...others] : parameters);
        const trained = withWeights(graph, values);
        const [adapted, merged] = [answers(trained, x), answers(merge(model, adapters, values), x)];
        adapted.forEach((v, i) => expect(Math.abs(v - merged[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(v))));
      },
    );
    fc.assert(law, { numRuns: 20, seed: 1 });
  });

  it("are trained alone: the frozen have no gradient and no state, and no product of their size is made for one", () => {
    const { graph, parameters } = adapt(model, { rank: 1 });
    const step = trainingStep(graph, {
      loss: { kind: "cross-entropy", logits: "logits" },
      parameters,
      optimiser: { kind: "adamw" },
    });
    expect(step.parameters).toEqual(parameters);
    expect(step.residents.map((r) => r.input)).toEqual(parameters.flatMap((p) => [p, `m.${p}`, `v.${p}`]));
    const frozen = new Set(model.initialisers.filter((v) => v.dims.length >= 2).map((v) => v.dims.join()));
    const made = step.graph.nodes.filter((n) => ["Gemm", "MatMul", "ConvTranspose", "Conv"].includes(n.op));
    for (const node of made) expect(frozen.has(node.outputs[0]!.dims.join()), node.op).toBe(false);
  });

  it("learn: the whole step's gradients are those of central differences in double precision", () => {
    const { graph, parameters } = adapt(model, { rank: 2, alpha: 3 });
    const values = filled(graph, parameters);
    const step = trainingStep(withWeights(graph, values), {
      loss: { kind: "cross-entropy", logits: "logits" },
      parameters,
      optimiser: "gradients",
    });
    const rows = x.dims[0];
    const feeds: Record<string, Tensor> = {
      x,
      labels: int64(
        [rows],
        Array.from({ length: rows }, (_, i) => i % 3),
      ),
      row_weights: float32([rows], new Float32Array(rows).fill(1)),
      ...Object.fromEntries(step.residents.map((r) => [r.input, r.value])),
    };
    const found = interpret(step.graph, feeds);
    for (const { input } of step.residents) {
      const loss = (by: number): number => {
        const wide = Object.fromEntries(Object.entries(feeds).map(([name, t]) => [name, fromTensor(t)]));
        wide[input].data[0] += by;
        return evaluate(step.graph, wide).loss.data[0];
      };
      const slope = (loss(1e-4) - loss(-1e-4)) / 2e-4;
      expect(Math.abs(Number(found[`gradient.${input}`].data[0]) - slope), input).toBeLessThan(
        1e-4 * Math.max(0.01, Math.abs(slope)),
      );
    }
  });
});

describe("adapters", () => {
  it("stand at the weights that a pattern names, the same every time", () => {
    const options = { weights: ["p*", "gemm"], rank: 2, seed: 7 };
    const model = products();
    expect(adapt(model, options).adapters.map((a) => a.weight)).toEqual(["plain", "gemm"]);
    expect(print(adapt(model, options).graph)).toBe(print(adapt(model, options).graph));
  });

  it("are refused where no product reads the weight, with the reason", () => {
    const b = builder("tied");
    const table = b.parameter("table", normal(5, 4));
    const x = b.op("Gather", [table, b.input("ids", "int64", ["rows"])]);
    b.output("logits", b.op("MatMul", [x, b.op("Transpose", [table])]));
    const tied = b.finish();
    expect(() => adapt(tied, { rank: 2 })).toThrow(/no product or convolution/);
    const model = products();
    expect(() => adapt(model, { rank: 2, weights: ["plane"] })).toThrow(
      expect.objectContaining({ code: "graph/parameter", remedy: 'did you mean "plain"?' }) as Error,
    );
    for (const rank of [0, 1.5, NaN])
      expect(() => adapt(model, { rank })).toThrow(expect.objectContaining({ code: "graph/adapter" }) as Error);
    const { adapters } = adapt(model, { rank: 2 });
    expect(() => merge(model, adapters, new Map())).toThrow(/cannot be merged/);
  });
});
