import { afterAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { onnxruntime } from "../../src/engine/index.ts";
import {
  type Builder,
  builder,
  check,
  fromOnnx,
  gradient,
  interpret,
  parse,
  print,
  simplify,
  toOnnx,
  type Value,
} from "../../src/graph/index.ts";
import type { Dim } from "../../src/graph/index.ts";
import { spread } from "./operators.ts";

interface Open {
  readonly dims: readonly (readonly Dim[])[];
  readonly make: (b: Builder, x: readonly Value[]) => Value;
}

const recurrent = (op: "RNN" | "LSTM" | "GRU", gates: number, more: object = {}): Open => ({
  dims: [
    ["long", "batch", 5],
    [2, gates * 3, 5],
    [2, gates * 3, 3],
    [2, gates * 6],
  ],
  make: (b, x) => b.op(op, x, { direction: "bidirectional", hidden_size: 3, ...more }),
});

/** Uses whose gradient must do with sizes that are names: `long` and `batch`. */
const cases: Readonly<Record<string, Open>> = {
  RNN: recurrent("RNN", 1),
  LSTM: recurrent("LSTM", 4),
  "GRU, linear after the reset": recurrent("GRU", 3),
  "GRU, linear before the reset": recurrent("GRU", 3, { linear_before_reset: 1 }),
  "Conv with strides": {
    dims: [
      ["batch", 2, "long"],
      [3, 2, 2],
    ],
    make: (b, x) => b.op("Conv", x, { strides: [3], pads: [1, 0] }),
  },
  "AveragePool with strides": {
    dims: [["batch", 2, "long"]],
    make: (b, x) => b.op("AveragePool", x, { kernel_shape: [2], strides: [3] }),
  },
  "Resize by a whole number": {
    dims: [["batch", 2, "long"]],
    make: (b, [x]) =>
      b.op("Resize", [x, undefined, b.constant({ type: "float32", dims: [3], data: Float32Array.of(1, 1, 2) })]),
  },
  GlobalAveragePool: { dims: [["batch", 2, "long"]], make: (b, x) => b.op("GlobalAveragePool", x) },
  InstanceNormalization: { dims: [["batch", 2, "long"], [2], [2]], make: (b, x) => b.op("InstanceNormalization", x) },
  Einsum: {
    dims: [
      ["batch", "long", 4],
      ["batch", "long", 4],
    ],
    make: (b, x) => b.op("Einsum", x, { equation: "bqd,bkd->bqk" }),
  },
};

/** One graph of a gradient serves every size; on the engine it gives what the oracle gives where sizes are numbers. */
describe("gradients where sizes are names", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());

  it.each(Object.keys(cases))("%s", async (name) => {
    const { dims, make } = cases[name];
    const graphOf = (of: (d: Dim) => Dim) => {
      const b = builder("open");
      const xs = dims.map((shape, i) => b.input(`x${i}`, "float32", shape.map(of)));
      const loss = b.op("ReduceSum", [b.op("Sin", [make(b, xs)])], { keepdims: 0 });
      gradient(b, loss, xs).forEach((g, i) => b.output(`g${i}`, g));
      return check(b.finish());
    };
    const open = simplify(graphOf((d) => d));
    expect(print(parse(print(open)))).toBe(print(open));
    // What a loop captures is called on the wire as outside; from then on the text stays.
    const back = fromOnnx(toOnnx(open));
    expect(back.nodes.map((n) => n.op)).toEqual(open.nodes.map((n) => n.op));
    expect(print(fromOnnx(toOnnx(back)))).toBe(print(back));
    const program = await engine.load(toOnnx(open), { thread: "here" });
    for (const [long, batch] of [
      [7, 2],
      [5, 1],
      [3, 3],
    ] as const) {
      const sized = (d: Dim): number => (d === "long" ? long : d === "batch" ? batch : (d as number));
      const feeds = Object.fromEntries(dims.map((shape, i) => [`x${i}`, spread(shape.map(sized), 11 * i)]));
      const expected = interpret(graphOf(sized), feeds);
      same(await program.run(feeds), expected);
    }
    await program.close();
  });
});

function same(found: Readonly<Record<string, Tensor>>, expected: Readonly<Record<string, Tensor>>): void {
  for (const [name, b] of Object.entries(expected)) {
    expect(found[name].dims, name).toEqual(b.dims);
    const largest = Math.max(...Array.from(b.data as Float32Array, Math.abs));
    (b.data as Float32Array).forEach((v, i) =>
      expect(Math.abs((found[name].data as Float32Array)[i] - v), `${name}[${i}]`).toBeLessThan(
        1e-5 * Math.max(1, largest),
      ),
    );
  }
}
