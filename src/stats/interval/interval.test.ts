import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKnown, type Estimate, type Known } from "../estimate.ts";
import { binomialCdf } from "../special.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { wilson } from "./wilson.ts";

function known(estimate: Estimate): Known {
  if (!isKnown(estimate)) throw new Error(estimate.undetermined);
  return estimate;
}

/** Exact coverage at p: the binomial mass of the counts 0 … n whose interval holds p. */
function coverage(intervals: readonly Known[], p: number): number {
  const n = intervals.length - 1;
  let mass = 0;
  let below = 0;
  intervals.forEach(({ low, high }, k) => {
    const upTo = binomialCdf(k, n, p);
    if (low <= p && p <= high) mass += upTo - below;
    below = upTo;
  });
  return mass;
}

describe("intervals of a proportion", () => {
  // Newcombe 1998, Statistics in Medicine 17, Table I.
  it.each([
    [81, 263, 0.2553, 0.3662, 0.2527, 0.3676],
    [15, 148, 0.0624, 0.1605, 0.0578, 0.1617],
    [0, 20, 0, 0.1611, 0, 0.1684],
    [1, 29, 0.0061, 0.1718, 0.0009, 0.1776],
  ])("agree with the published table: %i of %i", (k, n, wl, wh, cl, ch) => {
    const w = known(wilson(k, n));
    const c = known(clopperPearson(k, n));
    expect([w.low, w.high, c.low, c.high].map((x) => x.toFixed(4))).toEqual([wl, wh, cl, ch].map((x) => x.toFixed(4)));
  });

  it.each([50, 200])("at n = %i Wilson covers 0.94 to 0.96 averaged over p, Clopper-Pearson 0.95 at every p", (n) => {
    const all = (interval: (k: number, n: number) => Estimate): Known[] =>
      Array.from({ length: n + 1 }, (_, k) => known(interval(k, n)));
    const [score, exact] = [all(wilson), all(clopperPearson)];
    let sum = 0;
    let least = 1;
    const steps = 99;
    for (let i = 1; i <= steps; i++) {
      const p = i / (steps + 1);
      sum += coverage(score, p);
      least = Math.min(least, coverage(exact, p));
    }
    expect(sum / steps).toBeGreaterThan(0.94);
    expect(sum / steps).toBeLessThan(0.96);
    expect(least).toBeGreaterThanOrEqual(0.95);
  });

  it("nothing counted is undetermined, not zero", () => {
    expect(wilson(0, 0)).toEqual({ undetermined: "nothing to count", n: 0 });
    expect(clopperPearson(0, 0)).toEqual({ undetermined: "nothing to count", n: 0 });
  });

  it("hold their value, stay in [0, 1], mirror, and widen with the level", () => {
    const counts = fc
      .integer({ min: 1, max: 400 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        for (const interval of [wilson, clopperPearson]) {
          const e = known(interval(k, n));
          const mirror = known(interval(n - k, n));
          const wide = known(interval(k, n, 0.99));
          expect(0 <= e.low && e.low <= e.value && e.value <= e.high && e.high <= 1 && e.low < e.high).toBe(true);
          expect(e.low).toBeCloseTo(1 - mirror.high, 9);
          expect(wide.low <= e.low && e.high <= wide.high).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
