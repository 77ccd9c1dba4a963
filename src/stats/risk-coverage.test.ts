import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { isKnown } from "./estimate.ts";
import { areaOf, riskCoverage, riskCoverageArea } from "./risk-coverage.ts";

describe("risk and coverage", () => {
  it("gives one point for each confidence, from the most confident on", () => {
    expect(riskCoverage([0.9, 0.6, 0.6, 0.8], [1, 0, 1, 1])).toEqual([
      { coverage: 0.25, risk: 0, threshold: 0.9 },
      { coverage: 0.5, risk: 0, threshold: 0.8 },
      { coverage: 1, risk: 0.25, threshold: 0.6 },
    ]);
  });

  it("the area is the mean risk over coverages, whatever the order of equal confidences", () => {
    const ones = new Int32Array(4).fill(1);
    expect(areaOf([4, 3, 2, 1], [1, 1, 0, 1])(ones)).toBeCloseTo((0 + 0 + 1 / 3 + 1 / 4) / 4, 12);
    expect(areaOf([1, 1, 1, 1], [1, 1, 0, 1])(ones)).toBeCloseTo(0.25, 12);
  });

  it("weights are copies", () => {
    const confidence = [0.9, 0.8, 0.7];
    const correct = [1, 0, 1];
    const copied = areaOf([0.9, 0.8, 0.8, 0.7], [1, 0, 0, 1])(new Int32Array(4).fill(1));
    expect(areaOf(confidence, correct)(Int32Array.of(1, 2, 1))).toBeCloseTo(copied, 12);
  });

  it("covers the area of a confidence that means something", () => {
    const draws = random(14, "area");
    let covered = 0;
    const runs = 150;
    for (let run = 0; run < runs; run++) {
      const confidence = Float64Array.from({ length: 150 }, () => draws.uniform());
      // An error rate of (1 - c)/2 at confidence c gives the risk s/4 at coverage s: the area is 1/8.
      const correct = Array.from(confidence, (c) => draws.uniform() > (1 - c) / 2);
      const e = riskCoverageArea(confidence, correct);
      if (isKnown(e) && e.low <= 0.125 && 0.125 <= e.high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.9);
  });
});
