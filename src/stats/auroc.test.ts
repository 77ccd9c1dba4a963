import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { auroc } from "./auroc.ts";
import { isKnown } from "./estimate.ts";
import { normalCdf } from "./special.ts";

describe("the area under the ROC curve", () => {
  it("counts pairs won, ties as half", () => {
    const scores = [...Array<number>(10).fill(3), ...Array<number>(10).fill(1), ...Array<number>(10).fill(2)];
    const sought = scores.map((_, i) => i < 20);
    expect(auroc(scores, sought)).toMatchObject({ value: 0.5, n: 30 });
    expect(auroc(new Float64Array(30), sought)).toMatchObject({ value: 0.5 });
  });

  it("keeps width under a perfect order, and wants ten of each", () => {
    const scores = Array.from({ length: 40 }, (_, i) => i);
    const e = auroc(
      scores,
      scores.map((s) => s >= 20),
    );
    if (!isKnown(e)) throw new Error(e.undetermined);
    expect(e).toMatchObject({ value: 1, high: 1 });
    expect(e.low).toBeLessThan(0.95);
    expect(
      auroc(
        scores,
        scores.map((s) => s >= 31),
      ),
    ).toHaveProperty("undetermined");
  });

  it.each([0, 1, 2.5])("covers Φ(d/√2) for two normals %d apart", (distance) => {
    const draws = random(15, `auroc ${distance}`);
    const truth = normalCdf(distance / Math.SQRT2);
    let covered = 0;
    for (let run = 0; run < 300; run++) {
      const scores = Float64Array.from({ length: 120 }, (_, i) => draws.normal() + (i < 40 ? distance : 0));
      const e = auroc(
        scores,
        Array.from(scores, (_, i) => i < 40),
      );
      if (isKnown(e) && e.low <= truth && truth <= e.high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.93);
  });
});
