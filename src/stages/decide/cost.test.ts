import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultCost, type CostSpec, type Price } from "../../record/cost.ts";
import { isKnown, undetermined, type Estimate, type Known } from "../../stats/estimate.ts";
import {
  blendedPerMillion,
  breakEven,
  costPerMillion,
  generalistPerMillion,
  hoursPerMillion,
  shareEscalated,
} from "./cost.ts";

const known = (value: number, low = value, high = value): Known => ({
  value,
  low,
  high,
  n: 600,
  level: 0.95,
  method: "order-statistics",
});
const valueOf = (estimate: Estimate): number => {
  if (!isKnown(estimate)) throw new Error(estimate.undetermined);
  return estimate.value;
};

const spec: CostSpec = {
  ...defaultCost,
  devicePrice: 876.6,
  lifeYears: 1,
  busy: 0.1,
  watts: 100,
  electricityPerKwh: 0.5,
};
const price: Price = { name: "general", input: 2, output: 10, dated: "2026-11-01" };

describe("a million predictions here", () => {
  it("are their hours times what an hour of device and power costs", () => {
    // 3.6 ms × 10⁶ = 1 hour; 876.6 over 876.6 hours is 1 an hour, and 100 W at 0.5 is 0.05.
    expect(valueOf(hoursPerMillion(known(3.6)))).toBeCloseTo(1, 12);
    expect(valueOf(costPerMillion(known(3.6), spec))).toBeCloseTo(1.05, 12);
  });

  it("carry the interval of the latency, and stay undetermined where it is", () => {
    expect(costPerMillion(known(3.6, 1.8, 7.2), spec)).toMatchObject({ low: 0.525, high: 2.1 });
    const none = undetermined("too few values", 3);
    expect(costPerMillion(none, spec)).toEqual(none);
  });
});

describe("a generalist", () => {
  it("is paid for the prompt, the text and the answer", () => {
    expect(generalistPerMillion(price, 50, { ...spec, promptTokens: 250, answerTokens: 4 })).toBe(300 * 2 + 4 * 10);
  });

  it("gets the share that is less confident than the threshold", () => {
    const share = shareEscalated([0.2, 0.5, 0.9, 0.4], { ...spec, escalateBelow: 0.5 });
    expect(share).toMatchObject({ value: 0.5, n: 4, method: "wilson" });
    expect(valueOf(blendedPerMillion(known(1), share, 640))).toBe(321);
  });

  it("is undetermined where nothing was judged", () => {
    expect(isKnown(shareEscalated([], spec))).toBe(false);
  });
});

describe("breaking even", () => {
  it("is the device's price over what a text saves", () => {
    // Nothing escalated, power of 1 hour a million = 0.05: a text saves (640.05 - 0.05) / 10⁶.
    expect(valueOf(breakEven(known(3.6), known(0), 640.05, spec))).toBeCloseTo(876.6 / 640e-6, 3);
  });

  it("never comes where power alone costs more, or all is escalated", () => {
    const why = (estimate: Estimate): string => (isKnown(estimate) ? "" : estimate.undetermined);
    expect(why(breakEven(known(3.6), known(0), 0.01, spec))).toMatch(/never/);
    expect(why(breakEven(known(3.6), known(1), 640, spec))).toMatch(/never/);
    expect(why(breakEven(known(3.6), known(0.5, 0.4, 1), 640, spec))).toMatch(/unfavourable/);
  });

  it("holds: at that volume both ways cost the same", () => {
    const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: 0, max: 0.99, noNaN: true }), positive, (ms, share, generalist) => {
        const even = breakEven(known(ms), known(share), generalist, spec);
        if (!isKnown(even)) return;
        const power = (ms / 3.6e6) * 0.05;
        const here = spec.devicePrice + even.value * (power + (share * generalist) / 1e6);
        const there = (even.value * generalist) / 1e6;
        expect(Math.abs(here - there)).toBeLessThan(1e-6 * there);
      }),
    );
  });
});
