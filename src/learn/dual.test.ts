import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { type Csr, CsrBuilder } from "../features/csr.ts";
import { descend, squaresOf } from "./coordinates.ts";
import { trainLinear } from "./dual.ts";
import { greatest, type LinearProblem, scoreAll } from "./linear.ts";

/** Sparse rows around one centre a class. */
function blobs(rows: number, cols: number, classes: number, seed = 1): LinearProblem {
  const stream = random(seed, "blobs");
  const builder = new CsrBuilder(cols, rows);
  const labels = Int32Array.from({ length: rows }, (_, r) => r % classes);
  for (let r = 0; r < rows; r++) {
    const ids = Int32Array.from(stream.sample(cols, 8)).sort();
    const weights = Float32Array.from(ids, (id) => (id % classes === labels[r] ? 2 : 0.3) * (0.5 + stream.uniform()));
    builder.append(ids, weights, ids.length);
  }
  return { matrix: builder.done(), labels, classes };
}

function product(matrix: Csr, r: number, w: Float64Array): number {
  let sum = w[matrix.cols];
  for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) sum += w[matrix.ids[i]] * matrix.weights[i];
  return sum;
}

describe("descend", () => {
  it("finds the minimum: the primal gradient w - 2C Σ yᵢ max(0, 1 - yᵢ w·xᵢ) xᵢ vanishes", () => {
    const { matrix, labels } = blobs(120, 40, 3);
    const w = new Float64Array(matrix.cols + 1);
    const options = { cost: 0.7, tolerance: 1e-8, mostPasses: 10_000, seed: 3 };
    const passes = descend({ matrix, squares: squaresOf(matrix), labels, positive: 1 }, options, w);
    const gradient = w.slice();
    for (let r = 0; r < matrix.rows; r++) {
      const y = labels[r] === 1 ? 1 : -1;
      const pull = 2 * options.cost * y * Math.max(0, 1 - y * product(matrix, r, w));
      for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++)
        gradient[matrix.ids[i]] -= pull * matrix.weights[i];
      gradient[matrix.cols] -= pull;
    }
    expect(passes).toBeLessThan(10_000);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-6);
  });

  it("takes a row weight of 2 as the row given twice, and of 0 as not given", () => {
    const { matrix, labels } = blobs(60, 30, 2);
    const options = { cost: 1, tolerance: 1e-9, mostPasses: 10_000, seed: 3 };
    const twice = new CsrBuilder(matrix.cols, 60);
    const twiceLabels: number[] = [];
    const rowWeights = new Float64Array(60);
    for (let r = 0; r < 60; r++) {
      rowWeights[r] = r % 3;
      const [from, to] = [matrix.offsets[r], matrix.offsets[r + 1]];
      for (let k = 0; k < r % 3; k++) {
        twice.append(matrix.ids.subarray(from, to), matrix.weights.subarray(from, to), to - from);
        twiceLabels.push(labels[r]);
      }
    }
    const a = new Float64Array(31);
    const b = new Float64Array(31);
    descend({ matrix, squares: squaresOf(matrix), labels, positive: 1, rowWeights }, options, a);
    const copies = twice.done();
    descend(
      { matrix: copies, squares: squaresOf(copies), labels: Int32Array.from(twiceLabels), positive: 1 },
      options,
      b,
    );
    a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 5));
  });
});

describe("trainLinear", () => {
  it("tells separable classes apart", async () => {
    const problem = blobs(300, 60, 4);
    const scores = scoreAll(await trainLinear(problem, { cost: 10 }), problem.matrix);
    const hits = problem.labels.filter((k, r) => greatest(scores, r * 4, r * 4 + 4) === k).length;
    expect(hits / 300).toBeGreaterThan(0.9);
  });

  it("mirrors the one solution of two classes", async () => {
    const problem = blobs(80, 30, 2);
    const { weights, bias } = await trainLinear(problem);
    for (let f = 0; f < 30; f++) expect(weights[2 * f]).toBe(-weights[2 * f + 1] + 0);
    expect(bias[0]).toBe(-bias[1]);
  });

  it("gives the same bits on one thread and on two", async () => {
    const problem = blobs(28_000, 80, 90, 5);
    const options = { mostPasses: 2 };
    const one = await trainLinear(problem, { ...options, threads: 1 });
    const two = await trainLinear(problem, { ...options, threads: 2 });
    expect(Buffer.from(one.weights.buffer).equals(Buffer.from(two.weights.buffer))).toBe(true);
    expect(one.bias).toEqual(two.bias);
  });

  it("stops when told", async () => {
    await expect(trainLinear(blobs(50, 30, 3), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it("refuses what cannot be fitted", async () => {
    const { matrix, labels } = blobs(10, 30, 2);
    await expect(trainLinear({ matrix, labels, classes: 1 })).rejects.toThrow(/there are 1 classes/);
    await expect(trainLinear({ matrix, labels: labels.slice(1), classes: 2 })).rejects.toThrow(/10 rows have 9 labels/);
    await expect(trainLinear({ matrix, labels: labels.map(() => 2), classes: 2 })).rejects.toThrow(/outside 0 to 1/);
    await expect(trainLinear({ matrix, labels, classes: 2 }, { cost: 0 })).rejects.toThrow(/cost 0/);
  });
});
