import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { float32, int64 } from "../../src/base/tensor.ts";
import { onnxruntime, openTrainer } from "../../src/engine/index.ts";
import { builder, fromOnnx, toOnnx } from "../../src/graph/index.ts";
import { readModel } from "../../src/workbench/quantise/files.ts";
import { caught } from "../caught.ts";
import { scratch } from "../scratch.ts";
import { encode, external, graph, madeOnnx, type Message, node, port } from "./made-onnx.ts";

const x = port("x", 1, [2, 3]);
const y = port("y", 1, [2, 3]);
const relu = madeOnnx({ nodes: [node("Relu", ["x"], ["y"])], inputs: [x], outputs: [y] });

const ofOpset = (opset: number): Uint8Array =>
  encode([
    [1, 8],
    [8, [[2, opset]]],
    [7, graph({ nodes: [node("Relu", ["x"], ["y"])], inputs: [x], outputs: [y] })],
  ]);

/** A tensor that says it is large and holds four bytes. */
const claiming = (dims: readonly number[]): Message => [
  ...dims.map((d) => [1, d] as const),
  [2, 1],
  [8, "w"],
  [9, new Uint8Array(4)],
];

/** A loop whose step is a loop, and so on. */
function loops(deep: number): Uint8Array {
  const step = (names: readonly [string, string], i: number, body: Uint8Array): Message =>
    node(
      "Scan",
      names,
      [`t${i}`, `u${i}`],
      [
        [
          5,
          [
            [1, "body"],
            [6, body],
            [20, 5],
          ],
        ],
        [
          5,
          [
            [1, "num_scan_inputs"],
            [3, 1],
            [20, 2],
          ],
        ],
      ],
    );
  const inner = (i: number, nodes: readonly Message[]): Uint8Array =>
    encode(
      graph({
        nodes,
        inputs: [port("s", 1, [2]), port("e", 1, [2])],
        outputs: [port(`t${i}`, 1, [2]), port(`u${i}`, 1, [2])],
      }),
    );
  let body = inner(0, [node("Relu", ["s"], ["t0"]), node("Relu", ["e"], ["u0"])]);
  for (let i = 1; i < deep; i++) body = inner(i, [step(["s", "e"], i, body)]);
  const z = port("z", 1, Array(deep + 1).fill(2) as number[]);
  return madeOnnx({
    nodes: [step(["x", "z"], deep, body)],
    inputs: [port("x", 1, [2]), z],
    outputs: [port(`t${deep}`, 1, [2])],
  });
}

/** What no file should be able to do, and the fault that says so. */
const bad: readonly (readonly [what: string, bytes: Uint8Array, code: string, says: RegExp])[] = [
  ["nothing at all", new Uint8Array(), "graph/wire", /no graph/],
  ["a text", Buffer.from("this is a text and no model"), "graph/wire", /not a whole ONNX file/],
  ["a file cut off", relu.subarray(0, relu.length - 9), "graph/wire", /not a whole ONNX file/],
  [
    "a graph that goes round in a circle",
    madeOnnx({
      nodes: [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"]), node("Neg", ["b"], ["y"])],
      inputs: [x],
      outputs: [y],
    }),
    "graph/wiring",
    /"b" is read before it is made/,
  ],
  [
    "a weight that is missing",
    madeOnnx({ nodes: [node("Add", ["x", "w"], ["y"])], inputs: [x], outputs: [y] }),
    "graph/wiring",
    /"w" is read before it is made/,
  ],
  [
    "an output that nothing makes",
    madeOnnx({ nodes: [node("Relu", ["x"], ["z"])], inputs: [x], outputs: [y] }),
    "graph/output",
    /"y" is made by no node/,
  ],
  [
    "one value made twice",
    madeOnnx({ nodes: [node("Relu", ["x"], ["y"]), node("Neg", ["x"], ["y"])], inputs: [x], outputs: [y] }),
    "graph/name",
    /"y" stands twice/,
  ],
  [
    "an output that is an input",
    madeOnnx({ inputs: [x], outputs: [x] }),
    "graph/output",
    /"x" is an input of the graph itself/,
  ],
  ["a tensor of 10^12 elements", madeOnnx({ tensors: [claiming([1e6, 1e6])] }), "graph/tensor", /claims/],
  [
    "a tensor whose size is past counting",
    madeOnnx({ tensors: [claiming([2 ** 40, 2 ** 40, 2 ** 40])] }),
    "graph/tensor",
    /claims/,
  ],
  [
    "a tensor of a thousand axes",
    madeOnnx({ tensors: [claiming(Array(1000).fill(1) as number[])] }),
    "graph/tensor",
    /dims/,
  ],
  [
    "10^12 elements in another file",
    madeOnnx({ tensors: [external("w", [1e6, 1e6], { location: "w.bin" })] }),
    "graph/tensor",
    /another file/,
  ],
  ["an operator set of the future", ofOpset(99), "graph/opset", /operator set 99/],
  ["an operator set of the past", ofOpset(3), "graph/opset", /operator set 3/],
  [
    "an operator that is not known",
    madeOnnx({ nodes: [node("Rleu", ["x"], ["y"])], inputs: [x], outputs: [y] }),
    "graph/operator",
    /Rleu is not spoken/,
  ],
  ["loops within loops, three thousand deep", loops(3000), "graph/unsupported", /graphs lie within graphs/],
  ["a node without an operator", madeOnnx({ nodes: [[]], inputs: [x], outputs: [x] }), "graph/wire", /not a whole/],
];

describe("a model that is none", () => {
  it.each(bad)("%s", (_, bytes, code, says) => {
    const fault = caught(() => fromOnnx(bytes));
    expect({ code: fault.code, says: fault.message }).toEqual({ code, says: expect.stringMatching(says) as string });
    expect(fault.remedy ?? fault.why ?? fault.where).toBeDefined();
  });

  it("may have loops within loops as deep as people write them", () => {
    expect(fromOnnx(loops(4)).nodes).toHaveLength(1);
  });

  it("takes no memory by what it claims", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const [, bytes] of bad) caught(() => fromOnnx(bytes, { external: () => expect.fail("asked for") }));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });
});

describe("data outside the model", () => {
  const folder = scratch();
  const read = (entries: Readonly<Record<string, string>>, dims: readonly number[] = [2, 3]) => {
    const path = join(folder(), "model.onnx");
    const tensors = [external("w", dims, entries)];
    writeFileSync(path, madeOnnx({ nodes: [node("Add", ["x", "w"], ["y"])], tensors, inputs: [x], outputs: [y] }));
    return caught(() => readModel(path));
  };

  it.each(["../secret.bin", "/etc/passwd", "a/../../secret.bin", "C:\\secret.bin", ""])(
    "is not read from %j, outside its folder",
    (location) => {
      expect(read({ location }).code).toBe("model/external");
    },
  );

  it("is not even asked for by a reader of its own", () => {
    for (const location of ["../x", "/x", "a/../../x", "a\\..\\x", "C:x", ""]) {
      const bytes = madeOnnx({ tensors: [external("w", [2], { location })] });
      const fault = caught(() => fromOnnx(bytes, { external: () => expect.fail(`asked for ${location}`) }));
      expect(fault.code).toBe("model/external");
    }
    const beside = madeOnnx({ tensors: [external("w", [2], { location: "data/w..bin" })] });
    expect(fromOnnx(beside, { external: ({ length }) => new Uint8Array(length) }).initialisers[0].dims).toEqual([2]);
  });

  it("is not read past the end of its file, whatever is claimed", () => {
    writeFileSync(join(folder(), "w.bin"), new Uint8Array(24));
    expect(read({ location: "w.bin", offset: "8" }).code).toBe("model/truncated");
    expect(read({ location: "w.bin" }, [1e6, 1e6]).code).toBe("model/truncated");
    expect(read({ location: "w.bin", length: "8" }).code).toBe("graph/tensor");
  });
});

describe("a loss that is no number", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each([NaN, Infinity])("%f stops the training, and changes nothing", async (value) => {
    const b = builder("linear");
    const input = b.input("x", "float32", ["batch", 2]);
    b.output("logits", b.op("MatMul", [input, b.parameter("w", float32([2, 2], [1, 2, 3, 4]))]));
    const loss = { kind: "cross-entropy", logits: "logits" } as const;
    const trainer = await openTrainer(engine, fromOnnx(toOnnx(b.finish())), { loss });
    const feeds = { x: float32([1, 2], [value, 1]), labels: int64([1], [0]), row_weights: float32([1], [1]) };
    await expect(trainer.step(feeds, 0.1)).rejects.toMatchObject({
      code: "engine/diverged",
      where: 'the input "x"',
    });
    expect(trainer.steps).toBe(0);
    expect(Array.from((await trainer.parameters()).get("w")?.data as Float32Array)).toEqual([1, 2, 3, 4]);
    await trainer.close();
  });
});
