import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { isKnown, type Known } from "./estimate.ts";
import { theilSen } from "./theil-sen.ts";

const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 10, maxLength: 30 });
const places = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("theilSen", () => {
  it("finds a line's slope exactly, and half of the points but a few may lie anywhere", () => {
    const x = places(40);
    const line = x.map((at) => 5 + 3 * at);
    expect(theilSen(x, line)).toMatchObject({ value: 3, low: 3, high: 3, n: 40 });
    const spoilt = line.map((y, i) => (i % 4 === 0 ? 1e6 * i : y));
    expect((theilSen(x, spoilt) as Known).value).toBeCloseTo(3, 6);
  });

  it("follows what is done to y: a slope added is added, a factor multiplies", () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), (y, slope, factor) => {
        const x = places(y.length);
        const before = theilSen(x, y) as Known;
        const tilted = theilSen(
          x,
          y.map((v, i) => factor * v + slope * i),
        ) as Known;
        for (const end of ["value", "low", "high"] as const) {
          expect(tilted[end]).toBeCloseTo(factor * before[end] + slope, 6);
        }
        expect(before.low).toBeLessThanOrEqual(before.value);
        expect(before.high).toBeGreaterThanOrEqual(before.value);
      }),
    );
  });

  it("has an interval that holds the slope about as often as it says", () => {
    const draw = random(2026, "theil-sen");
    const x = places(30);
    let held = 0;
    for (let trial = 0; trial < 400; trial++) {
      const { low, high } = theilSen(
        x,
        x.map((at) => 2 * at + 20 * draw.uniform()),
      ) as Known;
      if (low <= 2 && 2 <= high) held++;
    }
    expect(held / 400).toBeGreaterThan(0.92);
    expect(held / 400).toBeLessThan(0.99);
  });

  it("says why there is none", () => {
    expect(isKnown(theilSen([1, 2, 3], [1, 2, 3]))).toBe(false);
    expect(isKnown(theilSen(Array<number>(20).fill(1), places(20)))).toBe(false);
  });
});
