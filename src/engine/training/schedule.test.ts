import fc from "fast-check";
import { expect, it } from "vitest";
import { learningRate } from "./schedule.ts";

it("rises to the peak, then falls, and is above 0 in every step", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (steps, warmUp) => {
      const rates = Array.from({ length: steps }, (_, i) => learningRate({ peak: 0.01, warmUp, steps }, i + 1));
      const top = rates.indexOf(Math.max(...rates));
      expect(rates[top]).toBeCloseTo(0.01, 10);
      expect(Math.min(...rates)).toBeGreaterThan(0);
      for (let i = 1; i < steps; i++) expect(rates[i] > rates[i - 1]).toBe(i <= top);
    }),
  );
});

it("goes down half a cosine, or stays level", () => {
  const at = (shape: "cosine" | "constant", t: number): number =>
    learningRate({ peak: 2, warmUp: 0.1, steps: 10, shape }, t);
  expect([1, 6, 11].map((t) => Math.round(1e6 * at("cosine", t)) / 1e6)).toEqual([2, 1, 0]);
  expect([1, 2, 10].map((t) => at("constant", t))).toEqual([2, 2, 2]);
});
