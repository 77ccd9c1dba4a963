import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { fitScale, logLoss, softmax } from "./temperature.ts";

/** Labels drawn from softmax(logits), and the logits stretched. */
function drawn(rows: number, classes: number, stretch: number): { scores: Float64Array; labels: Int32Array } {
  const stream = random(4, "calibrate");
  const scores = Float64Array.from({ length: rows * classes }, () => 2 * stream.normal());
  const p = new Float64Array(classes);
  const labels = Int32Array.from({ length: rows }, (_, r) => {
    softmax(scores.subarray(r * classes, (r + 1) * classes), 1, p);
    let u = stream.uniform();
    const k = p.findIndex((x) => (u -= x) < 0);
    return k < 0 ? classes - 1 : k;
  });
  return { scores: scores.map((s) => s * stretch), labels };
}

describe("fitScale", () => {
  it.each([0.2, 1, 5])("undoes a stretch of %d", (stretch) => {
    const { scores, labels } = drawn(4000, 5, stretch);
    const scale = fitScale(scores, labels, 5);
    expect(scale * stretch).toBeGreaterThan(0.93);
    expect(scale * stretch).toBeLessThan(1.07);
    for (const off of [0.98, 1.02]) {
      expect(logLoss(scores, labels, 5, scale)).toBeLessThanOrEqual(logLoss(scores, labels, 5, scale * off));
    }
  });

  it("is sure of rows without error, and goes to its lower bound for noise", () => {
    expect(fitScale([1, 0, 0, 1], [0, 1], 2)).toBeGreaterThan(10);
    expect(fitScale([1, 0, 1, 0], [0, 1], 2)).toBeCloseTo(0.01, 2);
  });

  it("refuses scores that do not fit", () => {
    expect(() => fitScale([1, 2, 3], [0], 2)).toThrow(/do not fit/);
    expect(() => fitScale([], [], 2)).toThrow(/do not fit/);
  });
});

describe("softmax", () => {
  it("sums to one and survives great scores", () => {
    const into = new Float64Array(3);
    softmax([1e4, 1e4, -1e4], 10, into);
    expect([...into]).toEqual([0.5, 0.5, 0]);
  });
});
