import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { isKnown } from "./estimate.ts";
import { enoughForQuantile, quantile } from "./quantile.ts";

describe("quantile by order statistics", () => {
  it("gives the published ranks of the median: 6th and 15th of 20", () => {
    const values = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(quantile(values, 0.5)).toEqual({
      value: 10,
      low: 6,
      high: 15,
      n: 20,
      level: 0.95,
      method: "order-statistics",
    });
  });

  it("is undetermined where no order statistic lies far enough out, and says how many would do", () => {
    expect([0.5, 0.95, 0.99].map((q) => enoughForQuantile(q))).toEqual([6, 72, 368]);
    expect(quantile(new Float64Array(367), 0.99)).toEqual({
      undetermined: "an interval for the 0.99 quantile wants 368 values and there are 367",
      n: 367,
    });
    expect(isKnown(quantile(new Float64Array(368), 0.99))).toBe(true);
  });

  it("does not touch its argument", () => {
    const values = [5, 4, 3, 2, 1, 0];
    quantile(values, 0.5);
    expect(values).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it.each([
    [0.5, 50],
    [0.95, 200],
    [0.99, 1000],
  ])("covers the true %d quantile of a skewed distribution at n = %i", (q, n) => {
    const draws = random(1, `quantile ${q}`);
    const truth = -Math.log(1 - q);
    let covered = 0;
    for (let i = 0; i < 600; i++) {
      const e = quantile(
        Float64Array.from({ length: n }, () => -Math.log(1 - draws.uniform())),
        q,
      );
      if (isKnown(e) && e.low <= truth && truth <= e.high) covered++;
    }
    expect(covered / 600).toBeGreaterThan(0.94);
  });
});
