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
    const likely = labels.map((label, i) => [label, lifted[i] / sum] as const).sort(([, a], [, b]) => b - a);
    return { id, target, likely };
  });

describe("predictions as columns", () => {
  it("come back as they were written: id, target, answer, confidence to f32, the five likeliest", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const read = readPredictions(writePredictions(rows));
        expect(read.n).toBe(rows.length);
        rows.forEach(({ id, target, likely }, i) => {
          const at = predictionAt(read, i);
          const [[label, confidence]] = likely;
          expect([at.id, at.target, at.label]).toEqual([id, target, label]);
          expect(at.confidence).toBe(Math.fround(confidence));
          expect(at.top).toEqual(likely.slice(0, 5).map(([name, chance]) => [name, Math.fround(chance)]));
          expect(isRight(read, i)).toBe(target === label);
        });
      }),
    );
  });

  it("take 40 bytes each up to 65,536 labels, 52 beyond, beside the list of labels", () => {
    const likely = [
      ["l0", 0.6],
      ["l1", 0.4],
    ] as const;
    const bytes = (rows: number, labels: number): number =>
      writePredictions(
        Array.from({ length: rows }, (_, i) => ({ id: "0".repeat(16), target: `l${i % labels}`, likely })),
      ).length;
    expect(bytes(300, 77) - bytes(100, 77)).toBe(200 * 40);
    expect(bytes(65_550, 65_536) - bytes(65_540, 65_536)).toBe(10 * 40);
    expect(bytes(65_550, 65_537) - bytes(65_540, 65_537)).toBe(10 * 52);
  });

  it("with fewer than five labels say so", () => {
    const likely = [
      ["no", 0.75],
      ["yes", 0.25],
    ] as const;
    const read = readPredictions(writePredictions([{ id: "00000000000000ff", target: "yes", likely }]));
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
    const likely = [
      ["no", 0.75],
      ["yes", 0.25],
    ] as const;
    const whole = writePredictions([{ id: "00000000000000ff", target: "yes", likely }]);
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
