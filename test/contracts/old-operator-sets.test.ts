import { afterAll, describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { float32, int64, type Tensor, tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import { fromOnnx, interpret, print, toOnnx } from "../../src/graph/index.ts";
import { spread } from "../golden/operators.ts";
import { type MadeModel, madeModel, type MadeNode } from "./made-node.ts";

const image = [2, 4, 6, 5];
const one = (op: string, attributes: MadeNode["attributes"], more: Partial<MadeModel> & { inputs?: never } = {}) =>
  ({ nodes: [{ op, inputs: ["x", ...Object.keys(more.constants ?? {})], attributes }], ...more }) as const;
const f = (value: number | readonly number[]) => ({ float: value });
const rows = (n: number, from = 0): Tensor => spread([n], from);
const positive = (n: number): Tensor =>
  float32(
    [n],
    Array.from({ length: n }, (_, i) => 0.5 + i / 3),
  );
const bytes = (dims: readonly number[], step: number): Tensor =>
  tensor(
    "uint8",
    dims,
    Uint8Array.from({ length: dims.reduce((p, d) => p * d, 1) }, (_, i) => (i * step) % 256),
  );

interface Old {
  readonly opset: number;
  readonly nodes: readonly MadeNode[];
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly outputs?: readonly string[];
  readonly dims?: readonly number[];
}

/** Forms of operators as older sets have them, by what is old about them. */
const old: Readonly<Record<string, Old>> = {
  "Slice by attributes": { opset: 9, ...one("Slice", { starts: [1, 0], ends: [3, -2], axes: [1, 3] }) },
  "Slice of the first axes by attributes": { opset: 7, ...one("Slice", { starts: [1, 0], ends: [2, 9999] }) },
  "Squeeze by attribute": { opset: 11, ...one("Squeeze", { axes: [0] }), dims: [1, 3, 2] },
  "Unsqueeze by attribute": { opset: 8, ...one("Unsqueeze", { axes: [0, 3] }) },
  "ReduceSum by attribute": { opset: 11, ...one("ReduceSum", { axes: [1, -1], keepdims: 0 }) },
  "ReduceL2 by attribute": { opset: 17, ...one("ReduceL2", { axes: [2] }) },
  "ReduceProd of all": { opset: 8, ...one("ReduceProd", {}), dims: [2, 3] },
  "Clip by attributes": { opset: 7, ...one("Clip", { min: f(-0.5), max: f(0.7) }) },
  "Clip by one attribute": { opset: 10, ...one("Clip", { max: f(0.7) }) },
  "Pad by attributes": { opset: 9, ...one("Pad", { pads: [0, 0, 1, 2, 0, 0, 0, 1], value: f(0.25) }) },
  "Pad by reflection": { opset: 7, ...one("Pad", { pads: [0, 0, 1, 2, 0, 0, 0, 1], mode: "reflect" }) },
  "TopK by attribute": {
    opset: 9,
    nodes: [{ op: "TopK", inputs: ["x"], outputs: ["y", "at"], attributes: { k: 2, axis: 1 } }],
  },
  "Split by attribute": {
    opset: 9,
    nodes: [{ op: "Split", inputs: ["x"], outputs: ["y", "z"], attributes: { axis: 1, split: [1, 3] } }],
  },
  "Split in equal parts": {
    opset: 13,
    nodes: [{ op: "Split", inputs: ["x"], outputs: ["y", "z"], attributes: { axis: 1 } }],
  },
  "Dropout by attribute": { opset: 7, ...one("Dropout", { ratio: f(0.3) }) },
  "Softmax that flattens": { opset: 12, ...one("Softmax", {}) },
  "Softmax at the last axis": { opset: 9, ...one("Softmax", { axis: 3 }) },
  "Softmax where all after is single": { opset: 7, ...one("Softmax", { axis: 1 }), dims: [2, 5, 1, 1] },
  "LogSoftmax that flattens at the second axis": { opset: 11, ...one("LogSoftmax", { axis: 2 }) },
  "Hardmax at the last axis": { opset: 11, ...one("Hardmax", { axis: 3 }) },
  "BatchNormalization with spatial": {
    opset: 7,
    ...one(
      "BatchNormalization",
      { epsilon: f(1e-3), momentum: f(0.8), spatial: 1 },
      { constants: { scale: rows(4), bias: rows(4, 3), mean: rows(4, 7), variance: positive(4) } },
    ),
  },
  "Upsample by attribute": { opset: 7, ...one("Upsample", { mode: "nearest", scales: f([1, 1, 2, 3]) }) },
  "Upsample by input": {
    opset: 9,
    ...one("Upsample", { mode: "linear" }, { constants: { scales: float32([4], [1, 1, 2, 2]) } }),
  },
  "Resize of set 10": {
    opset: 10,
    ...one("Resize", { mode: "linear" }, { constants: { scales: float32([4], [1, 1, 0.5, 2]) } }),
  },
  "Resize of set 11": {
    opset: 11,
    ...one(
      "Resize",
      { coordinate_transformation_mode: "tf_half_pixel_for_nn", nearest_mode: "floor" },
      { constants: { roi: float32([0], []), scales: float32([4], [1, 1, 2, 2]) } },
    ),
  },
  Scatter: {
    opset: 9,
    ...one("Scatter", { axis: 1 }, { constants: { at: int64([1, 2, 1, 1], [3, 0]), updates: spread([1, 2, 1, 1]) } }),
  },
  "ConvTranspose to a size": {
    opset: 7,
    ...one("ConvTranspose", { strides: [2, 2], output_shape: [13, 11] }, { constants: { w: spread([4, 3, 3, 3]) } }),
  },
  "ConvTranspose with as many places": {
    opset: 11,
    ...one("ConvTranspose", { strides: [2, 2], auto_pad: "SAME_UPPER" }, { constants: { w: spread([4, 3, 3, 3]) } }),
  },
  "AveragePool of set 7": {
    opset: 7,
    ...one("AveragePool", { kernel_shape: [3, 2], pads: [1, 0, 1, 1], strides: [2, 1], count_include_pad: 1 }),
  },
  LRN: { opset: 7, ...one("LRN", { size: 3, alpha: f(0.5), beta: f(0.6), bias: f(1.5) }) },
  "DepthToSpace by columns": { opset: 11, ...one("DepthToSpace", { blocksize: 2, mode: "CRD" }) },
  SpaceToDepth: { opset: 7, ...one("SpaceToDepth", { blocksize: 2 }), dims: [1, 3, 4, 6] },
  LpNormalization: { opset: 7, ...one("LpNormalization", { axis: 1, p: 1 }) },
  MeanVarianceNormalization: { opset: 9, ...one("MeanVarianceNormalization", {}) },
  Shrink: { opset: 9, ...one("Shrink", { bias: f(0.2), lambd: f(0.6) }) },
  "GroupNormalization with numbers of a group": {
    opset: 18,
    ...one(
      "GroupNormalization",
      { num_groups: 2, epsilon: f(1e-3) },
      { constants: { scale: rows(2), bias: rows(2, 5) } },
    ),
  },
  "GroupNormalization with numbers of a channel": {
    opset: 21,
    ...one("GroupNormalization", { num_groups: 2 }, { constants: { scale: rows(4), bias: rows(4, 5) } }),
  },
  SimplifiedLayerNormalization: {
    opset: 13,
    ...one("SimplifiedLayerNormalization", { epsilon: f(1e-4) }, { constants: { scale: rows(5) } }),
  },
  "RMSNormalization of set 23": {
    opset: 23,
    ...one("RMSNormalization", { epsilon: f(1e-3), axis: 2 }, { constants: { scale: spread([6, 5]) } }),
  },
  "Swish of set 24": { opset: 24, ...one("Swish", { alpha: f(1.5) }) },
  "FastGelu of the engine's own": {
    opset: 14,
    nodes: [{ op: "FastGelu", domain: "com.microsoft", inputs: ["x", "bias"] }],
    constants: { bias: rows(5) },
  },
  "BiasGelu of the engine's own": {
    opset: 14,
    nodes: [{ op: "BiasGelu", domain: "com.microsoft", inputs: ["x", "bias"] }],
    constants: { bias: rows(5) },
  },
  "QuickGelu of the engine's own": {
    opset: 14,
    nodes: [{ op: "QuickGelu", domain: "com.microsoft", inputs: ["x"], attributes: { alpha: f(1.5) } }],
  },
  "FusedMatMul of the engine's own": {
    opset: 14,
    nodes: [
      { op: "FusedMatMul", domain: "com.microsoft", inputs: ["x", "w"], attributes: { alpha: f(0.5), transB: 1 } },
    ],
    constants: { w: spread([3, 5]) },
  },
  "SkipLayerNormalization of the engine's own": {
    opset: 14,
    nodes: [
      {
        op: "SkipLayerNormalization",
        domain: "com.microsoft",
        inputs: ["x", "skip", "gamma", "beta"],
        attributes: { epsilon: f(1e-4) },
      },
    ],
    constants: { skip: spread([2, 3, 5], 4), gamma: rows(5), beta: rows(5, 2) },
    dims: [2, 3, 5],
  },
  "LSTM with its usual activations named": {
    opset: 9,
    nodes: [{ op: "LSTM", inputs: ["x", "w", "r"], attributes: { hidden_size: 3 } }],
    constants: { w: spread([1, 12, 5]), r: spread([1, 12, 3]) },
    dims: [4, 2, 5],
  },
  QLinearMatMul: {
    opset: 13,
    nodes: [
      { op: "QuantizeLinear", inputs: ["x", "s", "z"], outputs: ["q"] },
      { op: "QLinearMatMul", inputs: ["q", "s", "z", "w", "ws", "wz", "ys", "yz"] },
    ],
    constants: {
      s: float32([], [0.02]),
      z: tensor("uint8", [], Uint8Array.of(120)),
      w: bytes([5, 3], 37),
      ws: float32([], [0.01]),
      wz: tensor("uint8", [], Uint8Array.of(130)),
      ys: float32([], [0.1]),
      yz: tensor("uint8", [], Uint8Array.of(100)),
    },
  },
};

/** The engine runs the old file as it stands; the interpreter and the engine run what is read from it. */
describe("operators of older sets mean what they meant", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each(Object.keys(old))("%s", async (name) => {
    const { dims = image, opset, nodes, constants, outputs } = old[name];
    const model = madeModel({ opset, nodes, constants, outputs, inputs: { x: dims } });
    const feeds = { x: spread(dims) };
    const run = async (bytes: Uint8Array) => {
      const program = await engine.load(bytes, { thread: "here" });
      return program.run(feeds).finally(() => program.close());
    };
    const graph = fromOnnx(model);
    const expected = await run(model);
    same(interpret(graph, feeds), expected);
    same(await run(toOnnx(graph)), expected);
    // The names of the file stay: every output of its nodes is a value of the graph.
    const names = new Set(graph.nodes.flatMap((n) => n.outputs.map((v) => v?.name)));
    for (const node of nodes) expect(names).toContain((node.outputs ?? ["y"])[0]);
  });

  it("says the same of sizes that are names", () => {
    const made = (dims: readonly (number | string)[]) =>
      fromOnnx(
        madeModel({
          opset: 7,
          nodes: [{ op: "Softmax", inputs: ["x"], attributes: { axis: 2 } }],
          inputs: { x: dims },
        }),
      );
    const x = spread([2, 3, 4, 5]);
    const named = made(["rows", 3, "length", 5]);
    expect(named.outputs[0].dims).toEqual(["rows", 3, "length", 5]);
    same(interpret(named, { x }), interpret(made([2, 3, 4, 5]), { x }));
  });
});

function same(found: Readonly<Record<string, Tensor>>, expected: Readonly<Record<string, Tensor>>): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, b] of Object.entries(expected)) {
    const a = found[name];
    expect([a.type, a.dims], name).toEqual([b.type, b.dims]);
    const step = b.type === "uint8" ? 1 : 2e-5;
    Array.from(b.data as ArrayLike<number | bigint>, Number).forEach((v, i) =>
      expect(Math.abs(Number(a.data[i]) - v), `${name}[${i}]`).toBeLessThanOrEqual(step * Math.max(1, Math.abs(v))),
    );
  }
}

describe("what is refused says which node, why, and what can be done", () => {
  const letter = (model: Omit<MadeModel, "inputs">): Fault => {
    try {
      fromOnnx(madeModel({ ...model, inputs: { x: image } }));
    } catch (error) {
      if (error instanceof Fault) return error;
    }
    throw new Error("it was not refused");
  };
  const node = (op: string, attributes: MadeNode["attributes"] = {}, domain = ""): MadeNode => ({
    op,
    name: "layer/7",
    domain,
    inputs: ["x"],
    attributes,
  });

  it.each<[string, number, MadeNode, RegExp, RegExp]>([
    ["graph/operator", 17, node("NonZero"), /NonZero is not spoken/, /hangs on the data/],
    ["graph/operator", 17, node("Loop"), /Loop is not spoken/, /a graph of its own/],
    ["graph/operator", 17, node("Sofmax"), /Sofmax is not spoken/, /no rule/],
    [
      "graph/operator",
      17,
      node("Attention", {}, "com.microsoft"),
      /com\.microsoft\.Attention is not spoken/,
      /no standard operator/,
    ],
    ["graph/unsupported", 11, node("Hardmax", { axis: 1 }), /Hardmax of this form/, /flattens/],
    ["graph/unsupported", 9, node("Pad"), /Pad of this form/, /no paddings/],
    ["graph/unsupported", 17, node("Constant", { value_strings: [1] }), /Constant of a kind/, /value_strings/],
    ["graph/attribute", 17, node("Relu", { slope: 1 }), /no attribute "slope"/, /.?/],
    ["graph/shape", 17, node("LSTM"), /LSTM/, /.?/],
  ])("%s of %i: $2.op", (code, opset, made, what, why) => {
    const fault = letter({ opset, nodes: [made] });
    if (made.op !== "LSTM") expect(fault.code).toBe(code);
    expect(fault.message).toMatch(what);
    expect(fault.why ?? "").toMatch(why);
    expect(fault.where).toContain('node 0 "layer/7"');
    expect(fault.remedy ?? "LSTM").not.toBe("");
  });

  it.each<[string, MadeNode, readonly number[]]>([
    ["parts", { op: "Split", inputs: ["x"], attributes: { num_outputs: 1e9 } }, [1e9]],
    ["elements of a shape", { op: "Expand", inputs: ["c", "x"] }, [1e9]],
  ])("a claim of 10⁹ %s", (_, made, dims) => {
    const constants = { c: float32([1], [1]) };
    expect(() => fromOnnx(madeModel({ opset: 18, nodes: [made], constants, inputs: { x: dims } }))).toThrow(Fault);
  });

  it("writes auto_pad out where the engine takes it otherwise than the standard", () => {
    const read = (attributes: MadeNode["attributes"]) =>
      print(
        fromOnnx(madeModel({ opset: 12, nodes: [{ op: "MaxPool", inputs: ["x"], attributes }], inputs: { x: image } })),
      );
    expect(read({ kernel_shape: [3, 2], auto_pad: "SAME_LOWER" })).toContain("auto_pad=");
    // Dilated to 5 places, over 6 with steps of 1: 4 of padding. A step of 3 over 1 place: none.
    expect(read({ kernel_shape: [3, 1], auto_pad: "SAME_UPPER", dilations: [2, 1] })).toContain("pads=[2, 0, 2, 0]");
    expect(read({ kernel_shape: [1, 1], auto_pad: "SAME_UPPER", strides: [3, 3] })).toContain("pads=[0, 0, 0, 0]");
    expect(() => read({ kernel_shape: [9, 1] })).toThrow(/does not take these inputs/);
  });

  it("takes a claim of 10¹² elements for what it is, a size", () => {
    const nodes = [{ op: "Concat", inputs: ["x", "x"], attributes: { axis: 0 } }];
    expect(fromOnnx(madeModel({ opset: 13, nodes, inputs: { x: [1e12] } })).outputs[0].dims).toEqual([2e12]);
    expect(fromOnnx(madeModel({ opset: 13, nodes, inputs: { x: [-1, 4] } })).outputs[0].dims).toEqual(["2*x_0", 4]);
  });

  it.each([0, 1, 6, 25, 999])("operator set %i", (opset) => {
    const fault = letter({ opset, nodes: [node("Relu")] });
    expect([fault.code, fault.message]).toEqual([
      "graph/opset",
      `the model is written for operator set ${opset}, and 7 to 24 are read here`,
    ]);
  });
});
