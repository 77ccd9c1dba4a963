import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import type { Statistic } from "./bootstrap.ts";
import { isKnown } from "./estimate.ts";
import { jackknife, leaveOut, pairedJackknife } from "./jackknife.ts";
import { macroF1Difference } from "./macro-f1-difference.ts";

const shareOf =
  (hits: ArrayLike<number>): Statistic =>
  (weights) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i] * hits[i];
      total += weights[i];
    }
    return sum / total;
  };

describe("the jackknife", () => {
  it("gives the textbook variance of a mean, and no bias", () => {
    const values = Float64Array.from({ length: 40 }, (_, i) => (i % 7) / 7);
    const mean = values.reduce((sum, x) => sum + x, 0) / 40;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 39 / 40;
    const left = leaveOut(shareOf(values), 40);
    if ("undetermined" in left) throw new Error(left.undetermined);
    expect(left.bias).toBeCloseTo(0, 12);
    expect(left.variance).toBeCloseTo(variance, 12);
  });

  it("takes the bias off a plain variance", () => {
    const values = Float64Array.from({ length: 30 }, (_, i) => Math.sqrt(i) % 1);
    const plain: Statistic = (weights) => {
      const mean = shareOf(values)(weights);
      return shareOf(values.map((x) => (x - mean) ** 2))(weights);
    };
    const left = leaveOut(plain, 30);
    if ("undetermined" in left) throw new Error(left.undetermined);
    expect(left.value - left.bias).toBeCloseTo((left.value * 30) / 29, 10);
  });

  it("refuses too few units, and a figure that hangs on one item", () => {
    expect(jackknife(shareOf([1]), 19)).toHaveProperty("undetermined");
    expect(jackknife((weights) => (weights[3] === 0 ? NaN : 1), 30)).toEqual({
      undetermined: "whether the figure is defined hangs on single items",
      n: 30,
    });
  });

  it("of two candidates that never differ is a difference of 0, with width", () => {
    const hits = Array.from({ length: 100 }, (_, i) => (i % 9 === 0 ? 0 : 1));
    const e = pairedJackknife(shareOf(hits), shareOf(hits), 100);
    if (!isKnown(e)) throw new Error(e.undetermined);
    expect(e.value).toBe(0);
    expect(e.low).toBeLessThan(-0.01);
    expect(e.high).toBeCloseTo(-e.low, 12);
  });
});

describe("the difference of macro-F1", () => {
  it("covers the truth where candidates agree on most items of many classes", () => {
    const classes = 20;
    const draws = random(8, "macro difference");
    let covered = 0;
    const runs = 120;
    for (let run = 0; run < runs; run++) {
      const truth = Array.from({ length: 300 }, (_, i) => i % classes);
      const wrong = (t: number): number => (t + 1 + draws.below(classes - 1)) % classes;
      const base = truth.map((t) => (draws.uniform() < 0.9 ? t : wrong(t)));
      const head = base.map((p, i) => (draws.uniform() < 0.9 ? p : draws.uniform() < 0.9 ? truth[i] : wrong(truth[i])));
      const e = macroF1Difference(truth, base, head, classes);
      // Errors fall evenly on balanced classes, so macro-F1 is accuracy: 0.9 against 0.9·0.9 + 0.1·0.9 = 0.9.
      if (isKnown(e) && e.low <= 0 && 0 <= e.high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
  });

  it("is undetermined for the reason macro-F1 is", () => {
    const truth = [...Array<number>(40).fill(0), 1, 1];
    expect(macroF1Difference(truth, truth, truth, 2)).toMatchObject({ n: 42 });
    expect(macroF1Difference(truth, truth, truth, 2)).toHaveProperty("undetermined");
  });
});
