import { describe, expect, it } from "vitest";
import { float32, tensor } from "../../src/base/tensor.ts";
import { fromOnnx, interpret, printFact, print, toOnnx } from "../../src/graph/index.ts";
import { caught } from "../caught.ts";
import { encode, graph, type MadeGraph, madeOnnx, type Message, node, port } from "./made-onnx.ts";

const whole = (name: string, dims: readonly number[], value: number): Message => [
  ...dims.map((d) => [1, d] as const),
  [2, 7],
  [8, name],
  [9, new Uint8Array(BigInt64Array.of(BigInt(value)).buffer)],
];

const branch = (name: string, made: MadeGraph): Message => [
  [
    5,
    [
      [1, name],
      [6, encode(graph(made))],
      [20, 5],
    ],
  ],
];

const choice = (condition: string, output: string, yes: MadeGraph, no: MadeGraph): Message =>
  node("If", [condition], [output], [...branch("then_branch", yes), ...branch("else_branch", no)]);

const out = [port("out", 1, [])];
/** What PyTorch exports of x.squeeze(1) where it does not know the rank that comes of it. */
const squeezed = (input: string, output: string): Message[] => [
  node("Shape", [input], [`${output}.shape`]),
  node("Gather", [`${output}.shape`, "one"], [`${output}.size`]),
  node("Equal", [`${output}.size`, "one"], [`${output}.is`]),
  choice(
    `${output}.is`,
    output,
    { nodes: [node("Neg", [input], ["inner"]), node("Squeeze", ["inner", "axes"], ["out"])], outputs: out },
    { nodes: [node("Neg", [input], ["inner"]), node("Identity", ["inner"], ["out"])], outputs: out },
  ),
];
const tensors = [whole("one", [], 1), whole("axes", [1], 1)];
const model = (x: readonly (number | string)[], nodes: readonly Message[], more: readonly Message[] = []): Uint8Array =>
  madeOnnx({ nodes, tensors, inputs: [port("x", 1, x), ...more], outputs: [port("y", 1, [])] });

describe("an If", () => {
  it("whose condition known sizes settle is the branch that runs, twice under one name within", () => {
    const nodes = [...squeezed("x", "a"), ...squeezed("a", "y")];
    const graph = fromOnnx(model(["batch", 1, 1, 2], nodes));
    expect(graph.nodes.filter(({ op }) => op === "Squeeze")).toHaveLength(2);
    expect(printFact(graph.outputs[0])).toBe("float32[batch, 2]");
    expect(print(fromOnnx(toOnnx(graph)))).toBe(print(graph));
    expect(interpret(graph, { x: float32([1, 1, 1, 2], [3, 4]) }).y).toEqual(float32([1, 2], [3, 4]));
    const other = fromOnnx(model(["batch", 1, 3], nodes));
    expect(other.nodes.filter(({ op }) => op === "Squeeze")).toHaveLength(1);
    expect(printFact(other.outputs[0])).toBe("float32[batch, 3]");
  });

  it("may lie within another, and read what is around both", () => {
    const inner = choice(
      "is",
      "out",
      { nodes: [node("Abs", ["x"], ["out"])], outputs: out },
      { nodes: [], outputs: out },
    );
    const nodes = [
      node("Equal", ["one", "one"], ["is"]),
      choice("is", "y", { nodes: [inner], outputs: out }, { nodes: [], outputs: out }),
    ];
    const graph = fromOnnx(model(["n"], nodes));
    expect(interpret(graph, { x: float32([2], [-3, 4]) }).y).toEqual(float32([2], [3, 4]));
  });

  it("whose condition is fed is refused, until it is said what it is fed", () => {
    const either = (op: string): MadeGraph => ({ nodes: [node(op, ["x"], ["out"])], outputs: out });
    const bytes = model(["n"], [choice("c", "y", either("Abs"), either("Neg"))], [port("c", 9, [])]);
    expect(caught(() => fromOnnx(bytes))).toMatchObject({
      code: "graph/operator",
      why: "it runs one graph or another, and its condition hangs on what is fed",
    });
    for (const [truth, op] of [
      [1, "Abs"],
      [0, "Neg"],
    ] as const) {
      const known = { c: tensor("bool", [], Uint8Array.of(truth)) };
      expect(fromOnnx(bytes, { known }).nodes.map((n) => n.op)).toContain(op);
    }
  });

  it("is refused where its branches make no sense", () => {
    const nodes = (yes: MadeGraph): Message[] => [node("Equal", ["one", "one"], ["is"]), choice("is", "y", yes, {})];
    const code = (yes: MadeGraph): string => caught(() => fromOnnx(model(["n"], nodes(yes)))).code;
    expect(code({})).toBe("graph/wire");
    expect(code({ outputs: out })).toBe("graph/output");
    expect(code({ inputs: [port("z", 1, [])], outputs: out })).toBe("graph/wire");
    expect(code({ nodes: [node("Abs", ["none"], ["out"])], outputs: out })).toBe("graph/wiring");
    let deep: MadeGraph = { nodes: [node("Abs", ["x"], ["out"])], outputs: out };
    for (let i = 0; i < 400; i++) deep = { nodes: [choice("is", "out", deep, {})], outputs: out };
    expect(code(deep)).toBe("graph/unsupported");
  });
});
