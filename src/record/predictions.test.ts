import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRight, predictionAt, type PredictedRow, readPredictions, writePredictions } from "./predictions.ts";

const labels = ["a", "b", "__proto__", "ünï", "12", "f", "g"];

const row = fc
  .record({
    id: fc.bigInt(0n, 2n ** 64n - 1n).map((n) => n.toString(16).padStart(16, "0")),
    target: fc.constantFrom(...labels, "unknown to the model"),
    best: fc.nat(labels.length - 1),
    weights: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: labels.length, maxLength: labels.length }),
  })
  .map(({ id, target, best, weights }): PredictedRow => {
    const lifted = weights.map((w, i) => (i === best ? 1001 : w));
    const sum = lifted.reduce((a, b) => a + b, 0);
    const scores = Object.fromEntries(labels.map((label, i) => [label, lifted[i] / sum]));
    return { id, target, prediction: { label: labels[best], confidence: 1001 / sum, in_scope: null, scores } };
  });

describe("predictions as columns", () => {
  it("come back as they were written: id, target, answer, confidence to f32, the five likeliest", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const read = readPredictions(writePredictions(rows));
        expect(read.n).toBe(rows.length);
        rows.forEach(({ id, target, prediction }, i) => {
          const at = predictionAt(read, i);
          expect([at.id, at.target, at.label]).toEqual([id, target, prediction.label]);
          expect(at.confidence).toBe(Math.fround(prediction.confidence));
          const sorted = Object.values(prediction.scores).sort((a, b) => b - a);
          expect(at.top.map(([, chance]) => chance)).toEqual(sorted.slice(0, 5).map(Math.fround));
          for (const [label, chance] of at.top) expect(chance).toBe(Math.fround(prediction.scores[label]));
          expect(isRight(read, i)).toBe(target === prediction.label);
        });
      }),
    );
  });

  it("take 40 bytes each up to 65,536 labels, 52 beyond, beside the list of labels", () => {
    const prediction = { label: "l0", confidence: 0.6, in_scope: null, scores: { l0: 0.6, l1: 0.4 } };
    const bytes = (rows: number, labels: number): number =>
      writePredictions(
        Array.from({ length: rows }, (_, i) => ({ id: "0".repeat(16), target: `l${i % labels}`, prediction })),
      ).length;
    expect(bytes(300, 77) - bytes(100, 77)).toBe(200 * 40);
    expect(bytes(65_550, 65_536) - bytes(65_540, 65_536)).toBe(10 * 40);
    expect(bytes(65_550, 65_537) - bytes(65_540, 65_537)).toBe(10 * 52);
  });

  it("with fewer than five labels say so", () => {
    const prediction = { label: "no", confidence: 0.75, in_scope: null, scores: { yes: 0.25, no: 0.75 } };
    const read = readPredictions(writePredictions([{ id: "00000000000000ff", target: "yes", prediction }]));
    expect(predictionAt(read, 0)).toEqual({
      id: "00000000000000ff",
      target: "yes",
      label: "no",
      confidence: 0.75,
      top: [
        ["no", 0.75],
        ["yes", 0.25],
      ],
    });
  });

  it("are refused when cut, grown, of another kind, or naming labels that are not there", () => {
    const prediction = { label: "no", confidence: 0.75, in_scope: null, scores: { yes: 0.25, no: 0.75 } };
    const whole = writePredictions([{ id: "00000000000000ff", target: "yes", prediction }]);
    const spoilt = [
      new Uint8Array(0),
      whole.subarray(0, whole.length - 1),
      Uint8Array.from([...whole, 0]),
      new TextEncoder().encode('{"id":"00000000000000ff","target":"yes"}\n'),
      whole.map((byte, i) => (i === whole.length - 2 ? 9 : byte)),
      whole.map((byte, i) => (i === 12 ? 255 : byte)),
      whole.map((byte, i) => (i === 16 ? 0 : byte)),
    ];
    for (const bytes of spoilt) {
      expect(() => readPredictions(bytes)).toThrow(expect.objectContaining({ code: "store/predictions" }));
    }
  });
});
