import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { againstBar, enoughToDecide, nonInferior, superior } from "./compare.ts";
import { isKnown, undetermined, type Known } from "./estimate.ts";
import { wilson } from "./interval/wilson.ts";

const estimate = (low: number, value: number, high: number, n = 100): Known => ({
  value,
  low,
  high,
  n,
  level: 0.95,
  method: "test",
});

describe("verdicts", () => {
  it("hold, break, or say how many would do", () => {
    const bar = { limit: 0.9, side: "at least" } as const;
    expect(againstBar(estimate(0.91, 0.93, 0.95), bar)).toEqual({
      verdict: "held",
      reason: "all of [0.910, 0.950] is at least 0.900",
    });
    expect(againstBar(estimate(0.8, 0.84, 0.88), bar).verdict).toBe("broken");
    expect(againstBar(estimate(0.88, 0.92, 0.95), bar)).toEqual({
      verdict: "too small to tell",
      reason: "[0.880, 0.950] reaches over 0.900 on n=100",
      enough: 400,
    });
    expect(againstBar(estimate(0.88, 0.92, 0.95), { ...bar, judged: "estimate" }).verdict).toBe("held");
    expect(againstBar(estimate(3, 4, 5), { limit: 6, side: "at most" }).verdict).toBe("held");
    expect(againstBar(estimate(3, 4, 5), { limit: 2, side: "at most" }).verdict).toBe("broken");
  });

  it("an undetermined figure is too small to tell, for its own reason", () => {
    expect(againstBar(undetermined("no item is of the class", 0), { limit: 0.9, side: "at least" })).toEqual({
      verdict: "too small to tell",
      reason: "no item is of the class",
    });
  });

  it("a figure on the bar is decided by no number", () => {
    expect(enoughToDecide(estimate(0.8, 0.9, 0.95), 0.9)).toBeUndefined();
  });

  it("what it says would do, does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 95 }), fc.double({ min: 0.1, max: 0.9, noNaN: true }), (hits, limit) => {
        const bar = { limit, side: "at least" } as const;
        const first = againstBar(wilson(hits, 100), bar);
        if (first.enough === undefined || Math.abs(hits / 100 - limit) < 0.005) return;
        const more = wilson((hits / 100) * first.enough * 1.1, first.enough * 1.1);
        expect(isKnown(more) && againstBar(more, bar).verdict).not.toBe("too small to tell");
      }),
    );
  });

  it("non-inferiority asks the bad end, superiority that it clears zero", () => {
    expect(nonInferior(estimate(-0.008, 0.002, 0.012), 0.01).verdict).toBe("held");
    expect(nonInferior(estimate(-0.012, 0, 0.012), 0.01).verdict).toBe("too small to tell");
    expect(nonInferior(estimate(-0.05, -0.03, -0.02), 0.01).verdict).toBe("broken");
    expect(nonInferior(estimate(-2, 1, 4), 5, { higherIsBetter: false }).verdict).toBe("held");
    expect(superior(estimate(0.001, 0.01, 0.02)).verdict).toBe("held");
    expect(superior(estimate(0, 0.01, 0.02)).verdict).toBe("too small to tell");
    expect(superior(estimate(-0.02, -0.01, -0.001)).verdict).toBe("broken");
    expect(superior(estimate(-4, -3, -1), 0, { higherIsBetter: false }).verdict).toBe("held");
  });
});
