import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, tensor, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { faked, fakesOf, throughFakes } from "./fake.ts";
import { quantise } from "./quantise.ts";
import type { QuantiseSpec } from "./spec.ts";

/** A product read plainly, one read turned over, a table and a convolution; each shows its weights whole. */
function network(seed: number, k: number, n: number, size: number): Graph {
  const draw = random(seed, "fake");
  const normal = (dims: readonly number[]): Tensor =>
    float32(
      dims,
      Float32Array.from({ length: dims.reduce((p, d) => p * d) }, () => size * draw.normal()),
    );
  const b = builder("network");
  const x = b.input("x", "float32", [k, k]);
  const ids = b.input("ids", "int64", [n]);
  b.output("plain", b.op("MatMul", [x, b.parameter("w", normal([k, n]))]));
  b.output("turned", b.op("Gemm", [x, b.parameter("v", normal([n, k]))], { transB: 1 }));
  // With a one in each channel, at its own place, and room around it, every weight is met by nothing but a one.
  const kernel = b.parameter("kernel", normal([n, k / 4, 4]));
  b.output("convolved", b.op("Conv", [b.input("ones", "float32", [k / 4, k / 4, 7]), kernel]));
  b.output("rows", b.op("Gather", [b.parameter("table", normal([n, k])), ids]));
  return b.finish();
}

function shown(graph: Graph, k: number, n: number): Record<string, number[]> {
  const one = Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
  const ids = int64(
    [n],
    Array.from({ length: n }, (_, i) => i),
  );
  const ones = Float32Array.from({ length: (k / 4) ** 2 * 7 }, (_, i) => {
    const channel = Math.floor(i / 7);
    return i % 7 === 3 && Math.floor(channel / (k / 4)) === channel % (k / 4) ? 1 : 0;
  });
  const out = interpret(graph, { x: float32([k, k], one), ids, ones: float32([k / 4, k / 4, 7], ones) });
  return Object.fromEntries(Object.entries(out).map(([name, t]) => [name, Array.from(t.data as Float32Array)]));
}

const specs: readonly QuantiseSpec[] = [
  { to: "int4-block" },
  { to: "int4-block", zeroPoints: true },
  { to: "int4-block", scales: "float32", block: 16 },
  { to: "int8-block" },
  { to: "int8" },
  { to: "int8-dynamic", otherwise: "int8" },
];

describe("weights read as they will be stored", () => {
  it.each(specs)("are those of the quantised graph: %j", (given) => {
    // The engine's own operator for products in whole numbers quantises the left side too, and says nothing of weights.
    const spec = { least: 1, accuracyLevel: 0, ...given } as const;
    const sizes = fc.record({
      seed: fc.integer(),
      k: fc.constantFrom(32, 40, 64),
      n: fc.constantFrom(3, 8),
      size: fc.constantFrom(1, 0.05, 1e-4),
    });
    fc.assert(
      fc.property(sizes, ({ seed, k, n, size }) => {
        const graph = network(seed, k, n, size);
        const fakes = fakesOf(graph, spec);
        expect([...fakes.keys()]).toEqual(["w", "v", "kernel", "table"]);
        const read = shown(faked(graph, fakes), k, n);
        const stored = shown(quantise(graph, spec).graph, k, n);
        for (const [name, values] of Object.entries(stored)) {
          const whole = spec.to === "int8-dynamic" && name !== "rows";
          // The left side in 256 levels: a one is exact to 1e-7 of the weight, a zero is zero.
          const off = values.reduce((most, v, i) => Math.max(most, Math.abs(v - read[name][i])), 0);
          expect(off / size).toBeLessThan(whole ? 1e-5 : 1e-6);
        }
      }),
      { seed: 5, numRuns: 12 },
    );
  });

  it.each(["int4-block", "int8-block", "int8"] as const)("are those of a recurrence: %s", (to) => {
    const draw = random(9, "recurrence");
    const weight = (dims: readonly number[]): Tensor =>
      float32(
        dims,
        Float32Array.from({ length: dims.reduce((p, d) => p * d) }, () => 0.3 * draw.normal()),
      );
    const directions = to === "int8" ? 1 : 2;
    const b = builder("recurrence");
    const [w, r] = [b.parameter("w", weight([directions, 32, 40])), b.parameter("r", weight([directions, 32, 8]))];
    const direction = directions === 1 ? "forward" : "bidirectional";
    b.output("y", b.op("LSTM", [b.input("x", "float32", [5, 2, 40]), w, r], { hidden_size: 8, direction }));
    const graph = b.finish();
    const spec = { to, least: 1 };
    const fakes = fakesOf(graph, spec);
    // Rows of 8 are narrower than a block.
    expect([...fakes.keys()]).toEqual(to === "int8" ? ["w", "r"] : ["w"]);
    const x = weight([5, 2, 40]);
    const [read, stored] = [faked(graph, fakes), quantise(graph, spec).graph].map((g) => interpret(g, { x }).y.data);
    stored.forEach((v, i) => expect(Math.abs(Number(v) - Number(read[i]))).toBeLessThan(1e-6));
  });

  it("leaves alone what keeps its digits, and what is read in two layouts", () => {
    const b = builder("tied");
    const table = b.parameter("table", float32([64, 64], new Float32Array(4096).fill(0.1)));
    const picked = b.op("Gather", [table, b.input("ids", "int64", [4])]);
    b.output("y", b.op("MatMul", [picked, table]));
    const graph = b.finish();
    expect(fakesOf(graph, { to: "int4-block" }).size).toBe(0);
    expect(fakesOf(graph, { to: "fp16" }).size).toBe(0);
  });
});

describe("fewer than four bits", () => {
  const row = [0.1, -0.2, 0.9, -1, 0.5, 0, 3, -0.4, ...new Array<number>(24).fill(0.5)];
  const mean = row.reduce((s, w) => s + Math.abs(w), 0) / 32;
  const b = builder("row");
  const w = b.parameter("w", float32([1, 32], row));
  b.output("y", b.op("Gather", [w, b.input("ids", "int64", [1])]));
  const graph = b.finish();
  const read = (beyond: "int2" | "ternary"): number[] => {
    const fakes = fakesOf(graph, { to: "int4-block", least: 1 }, beyond);
    return Array.from(interpret(faked(graph, fakes), { ids: int64([1], [0]) }).y.data as Float32Array);
  };

  it("has four even levels about 0, a step of 1.248 of the mean magnitude", () => {
    const step = (0.9957 / Math.sqrt(2 / Math.PI)) * mean;
    const byHand = row.map((v) => step * (Math.min(1, Math.max(-2, Math.floor(v / step))) + 0.5));
    read("int2").forEach((v, i) => expect(v).toBeCloseTo(byHand[i], 5));
  });

  it("has three levels, the outer ones the mean of what lies beyond 0.7 of the mean magnitude", () => {
    const beyond = row.map(Math.abs).filter((v) => v > 0.7 * mean);
    const scale = beyond.reduce((s, v) => s + v, 0) / beyond.length;
    const byHand = row.map((v) => (Math.abs(v) > 0.7 * mean ? Math.sign(v) * scale : 0));
    read("ternary").forEach((v, i) => expect(v).toBeCloseTo(byHand[i], 5));
  });

  it("lets no gradient through to a weight beyond the outer level", () => {
    const fakes = fakesOf(graph, { to: "int4-block", least: 1 }, "int2");
    const c = builder("read");
    const value = c.input("w", "float32", ["rows", 32]);
    const { within } = throughFakes(fakes)(c, "w", value)!;
    c.output("within", c.op("Identity", [within!]));
    const passes = interpret(c.finish(), { w: tensor("float32", [1, 32], Float32Array.from(row)) }).within.data;
    expect(Array.from(passes as Uint8Array, Boolean)).toEqual(row.map((v) => Math.abs(v) <= 2.49 * mean));
  });
});
