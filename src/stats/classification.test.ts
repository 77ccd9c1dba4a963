import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { accuracy, confusion, countsByClass, f1, qualityByClass } from "./classification.ts";
import { isKnown } from "./estimate.ts";
import { macroF1 } from "./macro-f1.ts";

describe("classification", () => {
  const truth = [0, 0, 0, 1, 1, 2];
  const predicted = [0, 0, 1, 1, -1, 0];

  it("counts hits, strays and misses; a withheld answer is a miss", () => {
    const matrix = confusion(truth, predicted, 3);
    expect(countsByClass(matrix)).toEqual([
      { hits: 2, strays: 1, misses: 1 },
      { hits: 1, strays: 1, misses: 1 },
      { hits: 0, strays: 0, misses: 1 },
    ]);
    expect(accuracy(matrix)).toMatchObject({ value: 0.5, n: 6, method: "wilson" });
  });

  it("undefined never becomes zero", () => {
    const [, , third, fourth] = qualityByClass(confusion(truth, predicted, 4));
    expect(third.precision).toEqual({ undetermined: "the class was never predicted", n: 0 });
    expect(third.recall).toMatchObject({ value: 0, n: 1 });
    expect(third.f1).toMatchObject({ value: 0, n: 1 });
    expect(fourth.recall).toEqual({ undetermined: "no item is of the class", n: 0 });
    expect(fourth.f1).toHaveProperty("undetermined");
    expect(accuracy(confusion([], [], 2))).toHaveProperty("undetermined");
    expect(macroF1(confusion([], [], 2))).toEqual({ undetermined: "nothing to count", n: 0 });
  });

  it("refuses what is not a class", () => {
    expect(() => confusion([0, 3], [0, 0], 3)).toThrow(RangeError);
    expect(() => confusion([0, 1], [0, 0.5], 3)).toThrow(RangeError);
    expect(() => confusion([0, 1], [0], 3)).toThrow(RangeError);
  });

  it("F1 of a class is the harmonic mean of precision and recall, inside its interval", () => {
    const count = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), count, count, (hits, strays, misses) => {
        const e = f1({ hits, strays, misses });
        if (!isKnown(e)) throw new Error(e.undetermined);
        const p = hits / (hits + strays);
        const r = hits / (hits + misses);
        expect(e.value).toBeCloseTo((2 * p * r) / (p + r), 12);
        expect(0 <= e.low && e.low <= e.value && e.value <= e.high && e.high <= 1).toBe(true);
      }),
    );
  });
});

describe("macro-F1", () => {
  it("is the plain mean over classes, whatever their names", () => {
    const draws = random(3, "macro");
    const truth = Array.from({ length: 400 }, () => draws.below(5));
    const predicted = truth.map((t) => (draws.uniform() < 0.8 ? t : draws.below(5)));
    const matrix = confusion(truth, predicted, 5);
    const mean = qualityByClass(matrix).reduce((sum, q) => sum + (isKnown(q.f1) ? q.f1.value : NaN), 0) / 5;
    const e = macroF1(matrix);
    expect(e).toMatchObject({ n: 400, method: "korn-graubard" });
    if (!isKnown(e)) throw new Error(e.undetermined);
    expect(e.value).toBeCloseTo(mean, 12);
    const renamed = macroF1(
      confusion(
        truth.map((t) => 4 - t),
        predicted.map((p) => 4 - p),
        5,
      ),
    );
    if (!isKnown(renamed)) throw new Error(renamed.undetermined);
    expect([renamed.low, renamed.high].map((x) => x.toFixed(12))).toEqual([e.low, e.high].map((x) => x.toFixed(12)));
  });

  it("keeps width where nothing went wrong", () => {
    const truth = Array.from({ length: 40 }, (_, i) => i % 4);
    const e = macroF1(confusion(truth, truth, 4));
    if (!isKnown(e)) throw new Error(e.undetermined);
    expect(e.value).toBe(1);
    expect(e.low).toBeLessThan(0.93);
    expect(e.high).toBe(1);
  });

  it("is undetermined where classes are thin, and says what would do and what the plain figure is", () => {
    const truth = [...Array<number>(50).fill(0), 1, 1];
    expect(macroF1(confusion(truth, truth, 2))).toEqual({
      undetermined: "1 of 2 classes have fewer than 5 examples, about 130 items would do; the plain figure is 1.000",
      n: 52,
    });
    expect(macroF1(confusion(truth, truth, 3))).toHaveProperty("undetermined");
  });
});
