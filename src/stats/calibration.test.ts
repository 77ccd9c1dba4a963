import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { calibrationBins, calibrationError } from "./calibration.ts";
import { isKnown } from "./estimate.ts";

describe("expected calibration error", () => {
  it("is the mass-weighted gap between confidence and accuracy", () => {
    const confidence = [...Array<number>(100).fill(0.6), ...Array<number>(100).fill(0.9)];
    const correct = confidence.map((_, i) => (i < 100 ? i < 50 : i < 190));
    const e = calibrationError(confidence, correct, { bins: 2 });
    if (!isKnown(e)) throw new Error(e.undetermined);
    expect(e.value).toBeCloseTo(0.5 * 0.1 + 0.5 * 0, 12);
    expect(e.low).toBe(0);
    expect(e.method).toBe("equal-mass-2");
  });

  it("never parts equal confidences, so order cannot matter", () => {
    const confidence = [0.5, 0.5, 0.5, 0.5, 0.5, 0.9];
    expect(calibrationBins(confidence, [1, 0, 1, 0, 1, 1], 3)).toEqual([
      { count: 5, confidence: 0.5, accuracy: 0.6 },
      { count: 1, confidence: 0.9, accuracy: 1 },
    ]);
  });

  it("is undetermined where bins would be thin", () => {
    expect(calibrationError(new Float64Array(149), new Uint8Array(149))).toEqual({
      undetermined: "15 bins want 150 items and there are 149",
      n: 149,
    });
  });

  it.each([
    [0, 200],
    [0, 1000],
    [0.1, 200],
    [0.1, 1000],
  ])("covers the truth when confidence is too high by %d (n = %i)", (excess, n) => {
    const draws = random(4, `ece ${excess} ${n}`);
    let covered = 0;
    const runs = 400;
    for (let i = 0; i < runs; i++) {
      const confidence = Float64Array.from({ length: n }, () => 0.5 + draws.uniform() / 2);
      const correct = confidence.map((c) => (draws.uniform() < c - excess ? 1 : 0));
      const e = calibrationError(confidence, correct);
      if (isKnown(e) && e.low <= excess && excess <= e.high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
  });
});
