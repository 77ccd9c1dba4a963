import { describe, expect, it } from "vitest";
import { Fault } from "../base/fault.ts";
import { float32, int64, tensor } from "../base/tensor.ts";
import { type Builder, builder, extend } from "./build.ts";
import { check } from "./check.ts";
import { type Graph, printFact, type Value } from "./ir.ts";
import { foldConstants } from "./rewrite/fold.ts";

/** A refusal as a person would read it. */
function refusal(run: (b: Builder, x: Value) => unknown): string {
  const b = builder("g");
  try {
    run(b, b.input("x", "float32", ["batch", 4]));
  } catch (error) {
    if (error instanceof Fault)
      return `${error.code}: ${error.message}${error.why === undefined ? "" : ` (${error.why})`}`;
    throw error;
  }
  return "taken";
}

describe("the builder", () => {
  it("infers types and shapes over named sizes", () => {
    const b = builder("g");
    const ids = b.input("ids", "int64", ["batch", "sequence"]);
    const x = b.op("Gather", [b.parameter("table", float32([10, 6], new Float32Array(60))), ids]);
    const shape = b.op("Concat", [b.op("Shape", [ids]), b.ints([2, 3])], { axis: 0 });
    const heads = b.op("Transpose", [b.op("Reshape", [x, shape])], { perm: [0, 2, 1, 3] });
    const rows = b.op("Reshape", [x, b.ints([-1, 6])]);
    const cut = b.op("Slice", [x, b.ints([1]), b.ints([2 ** 31]), b.ints([1])]);
    const whole = b.op("Slice", [x, b.ints([0, 0]), b.ints([1e9, 1e9]), b.ints([0, 2])]);
    const pooled = b.op("ReduceMean", [x, b.ints([1])], { keepdims: 0 });
    const halves = b.op("MaxPool", [b.op("Transpose", [x], { perm: [0, 2, 1] })], { kernel_shape: [2], strides: [2] });
    expect(
      [x, heads, rows, cut, whole, pooled, halves, b.op("ArgMax", [x], { axis: -1, keepdims: 0 })].map(printFact),
    ).toEqual([
      "float32[batch, sequence, 6]",
      "float32[batch, 2, sequence, 3]",
      "float32[batch*sequence, 6]",
      "float32[batch, sequence-1, 6]",
      "float32[batch, sequence, 6]",
      "float32[batch, 6]",
      "float32[batch, 6, floor((sequence-2)/2)+1]",
      "int64[batch, sequence]",
    ]);
    check(b.finish());
  });

  it("follows sizes through what exporters write of an expansion and of a view", () => {
    const b = builder("g");
    const x = b.input("x", "float32", ["batch", 1, 4]);
    // torch's expand(batch, 3, -1): a -1 is found by comparing, and 1 stands in for it.
    const asked = b.op("Concat", [b.op("Slice", [b.op("Shape", [x]), b.ints([0]), b.ints([1])]), b.ints([3, -1])], {
      axis: 0,
    });
    const ones = b.op("ConstantOfShape", [b.ints([3])], { value: int64([1], [1]) });
    const open = b.op("Equal", [asked, b.op("Mul", [ones, b.scalar(-1, "int64")])]);
    const wide = b.op("Expand", [x, b.op("Where", [open, ones, asked])]);
    // view(batch, count / 2): a product of sizes, and a quotient that leaves nothing over.
    const count = b.op("ReduceProd", [b.op("Slice", [b.op("Shape", [wide]), b.ints([1]), b.ints([3])])], {
      keepdims: 1,
    });
    const half = b.op("Div", [count, b.ints([2])]);
    const view = b.op("Reshape", [wide, b.op("Concat", [b.ints([0, -1]), half], { axis: 0 })]);
    expect([wide, view].map(printFact)).toEqual(["float32[batch, 3, 4]", "float32[batch, 2, 6]"]);
    // Whether a name is 3 is not known.
    const maybe = b.op("Equal", [b.op("Shape", [x]), b.ints([3, 1, 5])]);
    expect(maybe.content).toEqual([undefined, 1, 0]);
  });

  it("refuses a mistake where it is made", () => {
    expect([
      refusal((b, x) => b.op("MatMul", [x, b.constant(float32([5, 2], new Float32Array(10)))])),
      refusal((b, x) => b.op("Add", [x, b.scalar(1, "int64")])),
      refusal((b, x) => b.op("Add", [x, b.constant(float32([3], [1, 2, 3]))])),
      refusal((b, x) => b.op("Softmax", [x], { axis: 2 })),
      refusal((b, x) => b.op("Transpose", [x], { perm: [0, 0] })),
      refusal((b, x) => b.op("Reshape", [x, b.constant(float32([1], [1]))])),
      refusal((b, x) => b.op("Concat", [x])),
      refusal((b, x) => b.op("Add", [x])),
      refusal((b, x) => b.op("Split", [x, b.ints([1, 3])], { axis: 1 })),
      refusal((b, x) => b.op("Gather", [x, x])),
      refusal((b) => b.input("x", "float32", [])),
      refusal(() => extend(builder("other").finish()).op("Neg", [builder("third").input("y", "float32", [])])),
      refusal((b, x) => b.op("Softmax", [x], { axes: 1 } as object)),
    ]).toMatchInlineSnapshot(`
      [
        "graph/shape: MatMul does not take these inputs: float32[batch, 4], float32[5, 2] (the inner dimensions differ: 4 is not 5)",
        "graph/shape: Add does not take these inputs: float32[batch, 4], int64[] (float32 and int64 stand side by side)",
        "graph/shape: Add does not take these inputs: float32[batch, 4], float32[3] (dimension 4 does not broadcast with 3)",
        "graph/shape: Softmax does not take these inputs: float32[batch, 4] (axis 2 is not within rank 2)",
        "graph/shape: Transpose does not take these inputs: float32[batch, 4] ([0, 0] is not an order of its axes)",
        "graph/shape: Reshape does not take these inputs: float32[batch, 4], float32[1] (float32 is not one of int64)",
        "graph/attribute: Concat needs the attribute "axis"",
        "graph/arity: Add takes 2 inputs and was given 1",
        "graph/shape: Split does not take these inputs: float32[batch, 4], int64[2] (2 parts and 1 outputs)",
        "graph/shape: Gather does not take these inputs: float32[batch, 4], float32[batch, 4] (float32 is not one of int64, int32)",
        "graph/name: the name "x" stands twice",
        "graph/wiring: Neg reads "y", which is not a value of this graph",
        "graph/attribute: Softmax has no attribute "axes"",
      ]
    `);
  });

  it("shares equal constants and keeps names apart", () => {
    const b = builder("g");
    expect(b.scalar(2)).toBe(b.scalar(2));
    expect(b.scalar(0)).not.toBe(b.scalar(-0));
    expect(b.scalar(2)).not.toBe(b.scalar(2, "int64"));
    b.parameter("constant_4", float32([], [7]));
    expect(b.scalar(9).name).toBe("constant_5");
  });

  it("names ports: a computed value is renamed, an input passes through an Identity", () => {
    const b = builder("g");
    const x = b.input("x", "float32", [2]);
    const y = b.op("Neg", [x]);
    expect(b.output("y", y)).toBe(y);
    expect(b.output("same", x).name).toBe("same");
    expect(b.output("again", y)).not.toBe(y);
    expect(b.finish().nodes.map((n) => n.op)).toEqual(["Neg", "Identity", "Identity"]);
    check(b.finish());
  });

  it("goes on from a finished graph without touching it", () => {
    const b = builder("g");
    b.output("y", b.op("Neg", [b.input("x", "float32", [2])]));
    const first = b.finish();
    const more = extend(first);
    more.output("z", more.op("Exp", [first.outputs[0]]));
    expect([first.outputs.length, more.finish().outputs.length]).toEqual([1, 2]);
    check(more.finish());
  });
});

describe("check", () => {
  function good(): Graph {
    const b = builder("g");
    b.output("y", b.op("Add", [b.input("x", "float32", [2]), b.parameter("w", float32([2], [1, 2]))]));
    return b.finish();
  }
  const stranger: Value = { name: "stranger", type: "float32", dims: [2] };

  it.each<[string, (g: Graph) => Graph, RegExp]>([
    [
      "a value from elsewhere",
      (g) => ({ ...g, nodes: [{ ...g.nodes[0], inputs: [stranger, g.inputs[0]] }] }),
      /read before it is made/,
    ],
    [
      "nodes out of order",
      (g) => ({ ...g, nodes: [{ ...g.nodes[0], inputs: [g.outputs[0], g.inputs[0]] }] }),
      /read before it is made/,
    ],
    ["a value made twice", (g) => ({ ...g, nodes: [g.nodes[0], g.nodes[0]] }), /made twice/],
    ["a name that stands twice", (g) => ({ ...g, inputs: [...g.inputs, { ...stranger, name: "w" }] }), /stands twice/],
    [
      "a wrong type",
      (g) => ({ ...g, nodes: [{ ...g.nodes[0], outputs: [{ ...g.outputs[0], dims: [3] }] }] }),
      /gives float32\[2\]/,
    ],
    [
      "an initialiser that is not what it says",
      (g) => ({ ...g, initialisers: [{ ...g.initialisers[0], tensor: int64([2], [1, 2]) }] }),
      /holds int64/,
    ],
    ["an output that nothing computes", (g) => ({ ...g, outputs: [g.inputs[0]] }), /not computed/],
    [
      "an attribute that the operator does not know",
      (g) => ({ ...g, nodes: [{ ...g.nodes[0], attributes: { axis: 1 } }] }),
      /no attribute/,
    ],
  ])("refuses %s", (_, spoil, message) => {
    expect(check(good())).toEqual(good());
    expect(() => check(spoil(good()))).toThrow(message);
  });

  it("takes a bound that no double can count as the end of the axis", () => {
    const b = builder("g");
    const end = b.constant(tensor("int64", [1], BigInt64Array.of(2n ** 63n - 1n)));
    const unsqueezed = b.op("Identity", [end]);
    const x = b.input("x", "float32", ["batch", 5]);
    expect(b.op("Slice", [x, b.ints([1]), unsqueezed, b.ints([1])]).dims).toEqual(["batch", 4]);
    expect(b.op("Slice", [x, b.ints([1]), unsqueezed]).dims).toEqual(["batch-1", 5]);
    expect(foldConstants(b.finish()).nodes[0].op).toBe("Identity");
  });
});
