import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { bootstrap } from "./bootstrap.ts";
import { isKnown } from "./estimate.ts";
import { discordance, mcnemar } from "./mcnemar.ts";
import { pairedBootstrap, pairedPermutation, pairedPermutationOf, pairedShares, worseThan } from "./paired.ts";

const counts = fc.integer({ min: 0, max: 30 });

describe("the difference of two shares over the same items", () => {
  it("turns round with its sign, holds its value, stays in [-1, 1]", () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 1, max: 200 }), (onlyBase, onlyHead, both) => {
        const n = onlyBase + onlyHead + both;
        const e = pairedShares({ n, both, onlyBase, onlyHead });
        const turned = pairedShares({ n, both, onlyBase: onlyHead, onlyHead: onlyBase });
        if (!isKnown(e) || !isKnown(turned)) throw new Error("undetermined");
        expect(e.low).toBeCloseTo(-turned.high, 9);
        expect(-1 <= e.low && e.low < e.value + 1e-12 && e.value <= e.high && e.high <= 1).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("is the score interval of one share where the base is always wrong", () => {
    // Wilson's interval of 81/263 (Newcombe 1998): δ is then the head's own share.
    const e = pairedShares({ n: 263, both: 0, onlyBase: 0, onlyHead: 81 });
    if (!isKnown(e)) throw new Error("undetermined");
    expect([e.low, e.high].map((x) => x.toFixed(4))).toEqual(["0.2553", "0.3662"]);
  });

  it("ends at 0 just where the score test of McNemar ends at its level", () => {
    // (c - b)²/(b + c) = 3.84: 15² / 58.57…
    const inside = pairedShares({ n: 500, both: 400, onlyBase: 22, onlyHead: 37 });
    const outside = pairedShares({ n: 500, both: 400, onlyBase: 21, onlyHead: 37 });
    if (!isKnown(inside) || !isKnown(outside)) throw new Error("undetermined");
    expect(inside.low).toBeLessThan(0);
    expect(outside.low).toBeGreaterThan(0);
  });

  it.each([
    [200, 0.02, 0.05],
    [200, 0.2, 0.25],
    [1000, 0.01, 0.01],
  ])("covers at n = %i where %d and %d differ", (n, b, h) => {
    const draws = random(4, `tango ${n} ${b}`);
    let covered = 0;
    const runs = 600;
    for (let run = 0; run < runs; run++) {
      let onlyBase = 0;
      let onlyHead = 0;
      for (let i = 0; i < n; i++) {
        const u = draws.uniform();
        if (u < b) onlyBase++;
        else if (u < b + h) onlyHead++;
      }
      const e = pairedShares({ n, both: 0, onlyBase, onlyHead });
      if (isKnown(e) && e.low <= h - b && h - b <= e.high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });
});

describe("the paired permutation test", () => {
  it("counts every exchange where few items differ: Fisher's own example", () => {
    // Darwin's maize, Fisher 1935 §21: 15 differences in eighths of an inch; 1726 of 32768 sums are as large or larger.
    const gaps = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    const p = pairedPermutation(new Float64Array(15), gaps, { seed: 1, draws: 40_000 });
    expect(p).toBeCloseTo(1726 / 32768, 2);
    expect(pairedPermutation(new Float64Array(3), [1, 1, 1], { seed: 1 })).toBe(0.25);
    expect(pairedPermutation([1, 2], [1, 2], { seed: 1 })).toBe(1);
  });

  it("is McNemar's exact test where scores are right or wrong", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 }), (b, h) => {
        const base = [...Array<number>(b).fill(1), ...Array<number>(h).fill(0), 1, 0];
        const head = [...Array<number>(b).fill(0), ...Array<number>(h).fill(1), 1, 0];
        expect(pairedPermutation(base, head, { seed: 1 })).toBeCloseTo(mcnemar(discordance(base, head)), 10);
      }),
      { numRuns: 30 },
    );
  });

  it("gives uniform p-values under the null, also for groups and for figures that are no sum", () => {
    const draws = random(6, "permutation null");
    const runs = 300;
    const groups = Array.from({ length: 60 }, (_, i) => Math.floor(i / 3));
    const refused = { plain: 0, grouped: 0, median: 0 };
    for (let run = 0; run < runs; run++) {
      const shift = Float64Array.from({ length: 20 }, () => draws.normal());
      const base = Float64Array.from({ length: 60 }, () => draws.normal());
      const head = base.map((x) => x + draws.normal());
      const together = head.map((x, i) => x + 2 * shift[groups[i]]);
      if (pairedPermutation(base, head, { seed: run, draws: 199 }) <= 0.1) refused.plain++;
      if (pairedPermutation(base, together, { seed: run, draws: 199, groups }) <= 0.1) refused.grouped++;
      const p = pairedPermutationOf(
        (swapped) => {
          const gaps = head.map((x, i) => (swapped[i] ? base[i] - x : x - base[i])).sort();
          return gaps[29] + gaps[30];
        },
        60,
        { seed: run, draws: 99 },
      );
      if (p <= 0.1) refused.median++;
    }
    for (const count of Object.values(refused)) {
      expect(count / runs).toBeGreaterThan(0.1 - 3.5 * Math.sqrt(0.09 / runs));
      expect(count / runs).toBeLessThan(0.1 + 3.5 * Math.sqrt(0.09 / runs));
    }
  });
});

it("the paired bootstrap is narrower than the figures alone", () => {
  const draws = random(7, "paired bootstrap");
  const n = 400;
  const base = Array.from({ length: n }, () => (draws.uniform() < 0.8 ? 1 : 0));
  const head = base.map((x) => (draws.uniform() < 0.95 ? x : 1));
  const shareOf = (hits: readonly number[]) => (weights: Int32Array) =>
    hits.reduce((sum, hit, i) => sum + hit * weights[i], 0) / n;
  const e = pairedBootstrap(shareOf(base), shareOf(head), n, { seed: 1, draws: 500 });
  if (!isKnown(e)) throw new Error(e.undetermined);
  expect(e.method).toBe("bootstrap-percentile");
  expect(e.low).toBeGreaterThanOrEqual(0);
  const alone = bootstrap(shareOf(head), n, { seed: 1, draws: 500 });
  if (!isKnown(alone)) throw new Error(alone.undetermined);
  expect(e.high - e.low).toBeLessThan((alone.high - alone.low) / 2);
});

describe("worseThan", () => {
  it("refuses exactly where Tango's whole interval lies below the margin", () => {
    const counts = fc.record({ both: fc.nat(200), onlyBase: fc.nat(40), onlyHead: fc.nat(40) });
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 0.3, noNaN: true }), ({ both, onlyBase, onlyHead }, margin) => {
        const pairs = { n: both + onlyBase + onlyHead + 1, both, onlyBase, onlyHead };
        const p = worseThan(pairs, margin);
        const interval = pairedShares(pairs);
        if (!isKnown(interval) || Math.abs(p - 0.025) < 1e-6) return;
        expect(p < 0.025).toBe(interval.high < -margin);
      }),
    );
  });

  it("never refuses where nothing differs", () => {
    expect(worseThan({ n: 100, both: 90, onlyBase: 0, onlyHead: 0 }, 0)).toBeGreaterThanOrEqual(0.5);
    expect(worseThan({ n: 0, both: 0, onlyBase: 0, onlyHead: 0 }, 0.1)).toBe(1);
  });
});
