import { afterAll, describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/index.ts";
import { builder, type Graph } from "../../graph/index.ts";
import { divergence, type RunSettings, taughtBy } from "./divergence.ts";
import { asNear } from "./latest.ts";
import type { Holds } from "./said.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

/** Says twice what it is fed, or so many times more. */
function model(dims: readonly (number | string)[], times = 2): Graph {
  const b = builder("times");
  b.output("y", b.op("Mul", [b.input("x", "float32", dims), b.scalar(times)]));
  return b.finish();
}

async function apart(holds: Holds, dims: readonly number[], values: readonly number[], times = 3) {
  const named = ["rows", ...dims.slice(1)];
  const settings: RunSettings = { engine, output: "y", holds };
  const taught = await taughtBy(model(named), [{ x: float32(dims, values) }], settings);
  return divergence(model(named, times), taught, settings);
}

const softmax = (z: readonly number[]): number[] => {
  const all = z.map(Math.exp);
  const sum = all.reduce((a, b) => a + b, 0);
  return all.map((v) => v / sum);
};
const kl = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, v, i) => sum + v * Math.log(v / q[i]), 0);
const times = (z: readonly number[], by: number): number[] => z.map((v) => by * v);

describe("how far two answers are apart goes by what the output holds", () => {
  const z = [0.3, -0.7, 1.1, 0.2];
  const [one, two] = [z.slice(0, 2), z.slice(2)];

  it("logits: the KL of their shares, row by row, and axes of one element are none", async () => {
    const wanted = [one, two].map((row) => kl(softmax(times(row, 2)), softmax(times(row, 3))));
    for (const dims of [
      [2, 2],
      [2, 2, 1, 1],
    ]) {
      const found = await apart("logits", dims, z);
      expect(found.rows).toBe(2);
      expect([...found.each]).toEqual(wanted.map((d) => expect.closeTo(d, 6) as number));
      expect(found.apart).toBeCloseTo((wanted[0] + wanted[1]) / 2, 6);
    }
  });

  it("probabilities: the KL of what they are", async () => {
    const p = [0.2, 0.3, 0.4, 0.1];
    const found = await apart("probabilities", [2, 2], p, 4);
    // Shares that are no shares are made ones: twice as much of each is the same.
    expect(found.apart).toBeCloseTo(0, 6);
  });

  it("truths: the KL of each one's two chances", async () => {
    const wanted = z.map((v) => kl(softmax([2 * v, 0]), softmax([3 * v, 0])));
    const found = await apart("truths", [2, 2], z);
    expect([...found.each]).toEqual(wanted.map((d) => expect.closeTo(d, 6) as number));
    expect(found).toMatchObject({ rows: 4, agree: 1 });
  });

  it("numbers: the squares of what is missing, of all squares", async () => {
    expect((await apart("numbers", [2, 2], z)).apart).toBeCloseTo(1 / 4, 6);
    expect((await apart("numbers", [4], z)).rows).toBe(4);
    expect((await apart("numbers", [2, 2], z, 2)).apart).toBe(0);
  });
});

describe("a later model is taken for as near as the nearest", () => {
  const of = (...each: number[]) => ({
    apart: each.reduce((a, b) => a + b, 0) / each.length,
    agree: 1,
    rows: each.length,
    each: Float64Array.from(each),
  });

  it("where it is further by a standard error of the difference at most", () => {
    const nearest = of(1, 2, 3, 4);
    expect(asNear(nearest, nearest)).toBe(true);
    expect(asNear(of(0, 1, 2, 3), nearest)).toBe(true);
    expect(asNear(of(1.1, 2.1, 3.1, 4.1), nearest)).toBe(false);
    // Further by 0.25 ± 0.75.
    expect(asNear(of(3, 1, 3, 4), nearest)).toBe(true);
    expect(asNear(of(2), of(1))).toBe(false);
  });
});
