import { describe, expect, it } from "vitest";
import { cohenKappa, fleissKappa, krippendorffAlpha, pairwiseAgreement } from "./agreement.ts";
import { isKnown, type Estimate, type Known } from "./estimate.ts";

function known(estimate: Estimate): Known {
  if (!isKnown(estimate)) throw new Error(estimate.undetermined);
  return estimate;
}

describe("agreement beyond chance, against published examples", () => {
  it("Cohen's kappa of a two by two table: 20, 5, 10, 15 gives 0.4", () => {
    const pairs = [...Array<[number, number]>(20).fill([0, 0]), ...Array<[number, number]>(5).fill([0, 1])];
    pairs.push(...Array<[number, number]>(10).fill([1, 0]), ...Array<[number, number]>(15).fill([1, 1]));
    const e = known(
      cohenKappa(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
      ),
    );
    expect(e.value).toBeCloseTo(0.4, 12);
    // Cohen's own standard error, √(p(1 - p)/n)/(1 - pₑ), is 0.1296 here.
    expect((e.high - e.low) / (2 * 1.96 * 0.1296)).toBeGreaterThan(0.95);
    expect((e.high - e.low) / (2 * 1.96 * 0.1296)).toBeLessThan(1.15);
  });

  it("Fleiss' kappa of fourteen raters and ten subjects: 0.210", () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const texts = table.map((row) => row.flatMap((count, k) => Array<number>(count).fill(k)));
    // Ten texts are too few for an interval; twice the same ten leave the value where it was.
    expect(known(fleissKappa([...texts, ...texts])).value).toBeCloseTo(0.21, 3);
    expect(fleissKappa(texts)).toHaveProperty("undetermined");
    expect(fleissKappa([[0, 1], [0]])).toHaveProperty("undetermined");
  });

  it("Krippendorff's alpha with missing labels: 0.743", () => {
    // Krippendorff 2011, example C: four observers, twelve units, nominal.
    const units = [
      [1, 1, 1],
      [2, 2, 3, 2],
      [3, 3, 3, 3],
      [3, 3, 3, 3],
      [2, 2, 2, 2],
      [1, 2, 3, 4],
      [4, 4, 4, 4],
      [1, 1, 2, 1],
      [2, 2, 2, 2],
      [5, 5, 5],
      [1, 1],
      [3],
    ];
    const e = krippendorffAlpha(units);
    expect(e).toEqual({
      undetermined: "11 items are too few to see how they differ, 20 would do; the plain figure is 0.743",
      n: 11,
    });
  });

  it("perfect agreement still leaves doubt, chance agreement gives 0", () => {
    const same = Array.from({ length: 60 }, (_, i) => [i % 3, i % 3]);
    const perfect = known(krippendorffAlpha(same));
    expect(perfect.value).toBeCloseTo(1, 12);
    expect(perfect.low).toBeLessThan(0.95);
    const unrelated = Array.from({ length: 90 }, (_, i) => [i % 3, Math.floor(i / 3) % 3]);
    const none = known(
      cohenKappa(
        unrelated.map(([a]) => a),
        unrelated.map(([, b]) => b),
      ),
    );
    expect(none.value).toBeCloseTo(0, 12);
    expect(known(pairwiseAgreement(same)).value).toBe(1);
  });

  it("is undetermined where everybody always says the same, or nobody labels twice", () => {
    expect(krippendorffAlpha(Array.from({ length: 30 }, () => [1, 1]))).toHaveProperty("undetermined");
    expect(krippendorffAlpha([[1], [2]])).toEqual({ undetermined: "no text has two labels", n: 0 });
    expect(pairwiseAgreement([[1], [2]])).toEqual({ undetermined: "nothing to count", n: 0 });
  });
});
