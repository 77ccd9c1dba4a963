import { afterAll, describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, tensor, type Tensor } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/index.ts";
import { builder, extend, type Graph, quantise, type QuantiseSpec, toOnnx } from "../../graph/index.ts";
import { answers, divergence, taughtBy } from "./divergence.ts";
import { heal, type HealOptions } from "./heal.ts";
import { ApartTables, type Feeds } from "./tables.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

const draw = random(3, "healing");
const normal = (dims: readonly number[], size: number): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((n, d) => n * d) }, () => size * draw.normal()),
  );

/** Words of a text summed, their first table's row 0 filling texts up; then two products. */
function model(): Graph {
  const b = builder("model");
  const ids = b.input("ids", "int64", ["batch", "words"]);
  const places = b.input("places", "int32", ["batch"]);
  const table = normal([60, 32], 1);
  table.data.fill(0, 0, 32);
  const words = b.op("ReduceSum", [b.op("Gather", [b.parameter("table", table), ids]), b.ints([1])], { keepdims: 0 });
  const place = b.op("Gather", [b.parameter("place", normal([8, 32], 1)), places]);
  const hidden = b.op("Tanh", [b.op("MatMul", [b.op("Add", [words, place]), b.parameter("w", normal([32, 32], 0.2))])]);
  b.output(
    "logits",
    b.op("Add", [
      b.op("MatMul", [hidden, b.parameter("v", normal([32, 5], 0.6))]),
      b.parameter("bias", normal([5], 1)),
    ]),
  );
  return b.finish();
}

const parent = model();
const batches = (count: number): Feeds[] =>
  Array.from({ length: count }, () => ({
    ids: int64(
      [16, 4],
      Array.from({ length: 64 }, () => draw.below(60)),
    ),
    places: tensor(
      "int32",
      [16],
      Int32Array.from({ length: 16 }, () => draw.below(8)),
    ),
  }));
const rows = batches(30);
const spec: QuantiseSpec = { to: "int4-block", least: 64 };
const options: HealOptions = { engine, output: "logits", seed: 1, epochs: 6, rate: 2e-3 };

describe("tables apart", () => {
  it("answer as the whole model does, fed the rows that a batch picks", async () => {
    const apart = new ApartTables(parent, new Set(["table"]));
    expect(apart.trained).toEqual(["table"]);
    // The other table is picked from by other indices, and stays.
    expect(apart.graph.initialisers.map((v) => v.name)).toContain("place");
    const fed = rows.slice(0, 3).map((feeds) => apart.feeds(feeds).feeds);
    expect(fed[0]["table"].dims[0]).toBe(new Set(rows[0]["ids"].data as BigInt64Array).size);
    const settings = { engine, output: "logits" };
    expect(await answers(apart.graph, fed, settings)).toEqual(await answers(parent, rows.slice(0, 3), settings));
    const negative: Feeds = { ...rows[0], ids: int64([1, 2], [-1, 3]), places: tensor("int32", [1], Int32Array.of(0)) };
    expect(apart.feeds(negative).ids.get("table")).toEqual(Int32Array.of(59, 3));
    const none: Feeds = { ...negative, ids: int64([1, 0], []) };
    expect(apart.feeds(none).feeds["table"].dims).toEqual([1, 32]);
  });

  it("stay whole where their indices, or they themselves, are read otherwise", () => {
    const b = builder("otherwise");
    const ids = b.input("ids", "int64", ["words"]);
    const table = b.parameter("table", normal([8, 32], 1));
    b.output("y", b.op("MatMul", [b.op("Gather", [table, ids]), b.op("Transpose", [table], { perm: [1, 0] })]));
    b.output("ids_too", b.op("Cast", [ids], { to: "float32" }));
    const apart = new ApartTables(b.finish(), new Set(["table"]));
    expect(apart.trained).toEqual([]);
    expect(apart.graph.inputs.map((v) => v.name)).toEqual(["ids"]);
  });
});

describe("healing", () => {
  it("answers more like the parent than any rounding does, on batches that it never saw", async () => {
    const healed = await heal(parent, spec, rows, options);
    expect(healed.after.apart).toBeLessThan(0.6 * healed.before.apart);
    expect(healed.curve).toHaveLength(6);
    const fresh = await taughtBy(parent, batches(20), options);
    const kl = async (graph: Graph): Promise<number> => (await divergence(graph, fresh, options)).apart;
    const after = await kl(quantise(healed.graph, spec).graph);
    for (const rounding of ["nearest", "mse", "hqq"] as const)
      expect(after).toBeLessThan(await kl(quantise(parent, { ...spec, rounding }).graph));
    // What fills up stays nothing.
    const table = healed.graph.initialisers.find((v) => v.name === "table")!.tensor.data as Float32Array;
    expect(table.subarray(0, 32).every((v) => v === 0)).toBe(true);
    // The same again, to the byte; the parent as it was.
    expect(toOnnx((await heal(parent, spec, rows, options)).graph)).toEqual(toOnnx(healed.graph));
    expect(parent.initialisers[0].tensor.data[40]).not.toBe(healed.graph.initialisers[0].tensor.data[40]);
  });

  it("mends two bits and ternary weights too, which no engine stores", async () => {
    for (const beyond of ["int2", "ternary"] as const) {
      const healed = await heal(parent, spec, rows, { ...options, beyond });
      expect(healed.after.apart).toBeLessThan(0.7 * healed.before.apart);
    }
  });

  it("learns from the logits behind shares, and leaves the outputs as they were", async () => {
    const b = extend(parent, { outputs: false });
    b.output("shares", b.op("Softmax", [parent.outputs[0]], { axis: -1 }));
    const sharing = b.finish();
    const healed = await heal(sharing, spec, rows, { ...options, output: "shares", holds: "probabilities", epochs: 2 });
    const { before, after } = await heal(parent, spec, rows, { ...options, epochs: 2 });
    expect(healed.before.apart).toBeCloseTo(before.apart, 5);
    expect(healed.after.apart).toBeCloseTo(after.apart, 3);
    expect(healed.graph.outputs.map((v) => v.name)).toEqual(["shares"]);
  });

  it("learns truths and numbers too, by what tells them apart", async () => {
    for (const holds of ["truths", "numbers"] as const) {
      const { before, after } = await heal(parent, spec, rows, { ...options, holds, epochs: 2 });
      expect(after.apart).toBeLessThan(0.6 * before.apart);
    }
  });

  it("gives the parent back where nothing is better, and can be told to stop", async () => {
    const spoilt = await heal(parent, spec, rows.slice(0, 4), { ...options, epochs: 1, rate: 5 });
    expect(spoilt.graph).toBe(parent);
    expect(spoilt.after).toEqual(spoilt.before);
    await expect(heal(parent, spec, rows, { ...options, signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(heal(parent, spec, rows, { ...options, output: "none" })).rejects.toThrow(/none/);
    await expect(heal(parent, spec, rows.slice(0, 1), options)).rejects.toThrow(/1 batches/);
  });
});
