import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { bootstrap, type Statistic } from "./bootstrap.ts";
import { isKnown, type Estimate, type Known } from "./estimate.ts";

const meanOf =
  (values: ArrayLike<number>): Statistic =>
  (weights) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  };

function known(estimate: Estimate): Known {
  if (!isKnown(estimate)) throw new Error(estimate.undetermined);
  return estimate;
}

describe("the bootstrap", () => {
  const draws = random(1, "bootstrap test");
  const values = Float64Array.from({ length: 80 }, () => draws.normal());

  it("is a function of its seed", () => {
    const once = bootstrap(meanOf(values), 80, { seed: 5 });
    expect(bootstrap(meanOf(values), 80, { seed: 5 })).toEqual(once);
    expect(bootstrap(meanOf(values), 80, { seed: 6 })).not.toEqual(once);
    expect(known(once).method).toBe("bootstrap-bca");
  });

  it("agrees with the normal interval of a mean", () => {
    const e = known(bootstrap(meanOf(values), 80, { seed: 1, draws: 4000, method: "percentile" }));
    const mean = values.reduce((sum, x) => sum + x, 0) / 80;
    const error = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / 80;
    expect(e.value).toBeCloseTo(mean, 12);
    expect(e.low).toBeCloseTo(mean - 1.96 * error, 1);
    expect(e.high).toBeCloseTo(mean + 1.96 * error, 1);
  });

  it("draws groups whole: copies of an item add nothing", () => {
    const copies = Float64Array.from({ length: 240 }, (_, i) => values[i % 80]);
    const groups = Array.from({ length: 240 }, (_, i) => i % 80);
    const single = known(bootstrap(meanOf(values), 80, { seed: 2 }));
    const grouped = known(bootstrap(meanOf(copies), 240, { seed: 2, groups }));
    const naive = known(bootstrap(meanOf(copies), 240, { seed: 2 }));
    expect(grouped.low).toBeCloseTo(single.low, 10);
    expect(naive.high - naive.low).toBeLessThan(0.75 * (grouped.high - grouped.low));
  });

  it("says when it has nothing to say", () => {
    expect(bootstrap(() => NaN, 50, { seed: 1 })).toHaveProperty("undetermined");
    expect(bootstrap(() => 1, 50, { seed: 1 })).toEqual({
      undetermined: "no two items differ, so resampling shows no spread",
      n: 50,
    });
    expect(bootstrap(meanOf(values), 19, { seed: 1 })).toMatchObject({ n: 19 });
    const sometimes: Statistic = (weights) => (weights[0] === 0 ? NaN : meanOf(values)(weights));
    expect(bootstrap(sometimes, 80, { seed: 1, draws: 200 })).toHaveProperty("undetermined");
  });

  it("BCa covers the mean of a skewed distribution", () => {
    const stream = random(3, "bca coverage");
    let covered = 0;
    for (let run = 0; run < 200; run++) {
      const sample = Float64Array.from({ length: 100 }, () => -Math.log(1 - stream.uniform()));
      const e = known(bootstrap(meanOf(sample), 100, { seed: run, draws: 400 }));
      if (e.low <= 1 && 1 <= e.high) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.9);
  });
});
