import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { isKnown, type Estimate, type Known } from "../estimate.ts";
import { boundedMean, f1OfGroups, sharesOfGroups } from "./share.ts";

function known(estimate: Estimate): Known {
  if (!isKnown(estimate)) throw new Error(estimate.undetermined);
  return estimate;
}

describe("a share over groups", () => {
  it("is the pooled share, wider where groups hang together", () => {
    const whole = new Float64Array(50).fill(4);
    const together = Float64Array.from({ length: 50 }, (_, i) => (i < 40 ? 4 : 0));
    const apart = Float64Array.from({ length: 50 }, (_, i) => (i < 10 ? 4 : 3));
    const a = known(sharesOfGroups(together, whole));
    const b = known(sharesOfGroups(apart, whole));
    expect([a.value, b.value]).toEqual([0.8, 0.8]);
    expect(a.high - a.low).toBeGreaterThan(2 * (b.high - b.low));
    expect(a.n).toBe(50);
  });

  it("leaves out empty groups, and keeps width without a miss", () => {
    const whole = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 3 : 0));
    const e = known(sharesOfGroups(whole, whole));
    expect(e).toMatchObject({ value: 1, high: 1, n: 20 });
    expect(e.low).toBeLessThan(0.9);
    expect(sharesOfGroups([0, 0], [0, 0])).toEqual({ undetermined: "nothing to count", n: 0 });
    expect(sharesOfGroups([1], [1])).toHaveProperty("undetermined");
    expect(() => sharesOfGroups([2], [1])).toThrow(RangeError);
  });

  it.each([
    [50, 0.7],
    [200, 0.7],
    [200, 0.95],
    [600, 0.95],
  ])("covers F1 over %i documents of unlike length whose spans stand or fall together (%d)", (documents, share) => {
    const draws = random(12, `span f1 ${documents} ${share}`);
    // A span is a hit with a probability that its document draws: share ± spread, so that the truth stays the share.
    const spread = Math.min(share, 1 - share);
    const truth = (2 * share) / (1 + share);
    let covered = 0;
    const runs = 300;
    for (let run = 0; run < runs; run++) {
      const hits = new Float64Array(documents);
      const strays = new Float64Array(documents);
      const misses = new Float64Array(documents);
      for (let d = 0; d < documents; d++) {
        const own = share + (draws.uniform() < 0.5 ? spread : -spread);
        for (let s = draws.below(6); s >= 0; s--) {
          if (draws.uniform() < own) hits[d]++;
          else if (draws.uniform() < 0.5) strays[d]++;
          else misses[d]++;
        }
      }
      const e = known(f1OfGroups(hits, strays, misses));
      if (e.low <= truth && truth <= e.high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });

  it("a mean of bounded values agrees with Student's interval where n is large", () => {
    const draws = random(13, "bounded");
    const values = Float64Array.from({ length: 2000 }, () => 2 * draws.uniform());
    const e = known(boundedMean(values, [0, 2]));
    const half = (1.96 * (2 / Math.sqrt(12))) / Math.sqrt(2000);
    expect(e.value).toBeCloseTo(values.reduce((sum, x) => sum + x, 0) / 2000, 12);
    expect((e.high - e.low) / (2 * half)).toBeCloseTo(1, 1);
  });
});
