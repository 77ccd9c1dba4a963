import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScoredRow } from "../../src/kinds/kind.ts";
import { kindOf } from "../../src/kinds/table.ts";
import type { Manifest } from "../../src/record/manifest.ts";
import { kindNames } from "../../src/record/task.ts";
import { isKnown } from "../../src/stats/estimate.ts";

/** The laws of src/kinds/kind.ts, for every kind. */
const labels = ["a", "b", "c"];
const manifest: Manifest = {
  kind: "classify",
  program: { type: "onnx", part: "model.onnx" },
  inputs: [],
  labels,
  temperature: 1,
  scopeThreshold: null,
  maxTextLength: 1000,
};
const logits = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 3 });

describe.each(kindNames)("kind %s", (name) => {
  const kind = kindOf(name);

  function rows(cases: readonly { target: number; logits: readonly number[] }[]): ScoredRow[] {
    return cases.map(({ target, logits }, i) => ({
      id: String(i),
      text: "text ".repeat(1 + (i % 60)),
      target: labels[target],
      columns: { channel: i % 2 === 0 ? "email" : "chat" },
      prediction: kind.decode(Float32Array.from(logits), { ...manifest, kind: name }),
    }));
  }
  const cases = fc.array(fc.record({ target: fc.nat(2), logits }), { minLength: 1, maxLength: 80 });

  it("decodes to probabilities of every label, the answer the likeliest; temperature changes confidence alone", () => {
    fc.assert(
      fc.property(logits, fc.double({ min: 0.05, max: 20, noNaN: true }), (scores, temperature) => {
        const plain = kind.decode(Float32Array.from(scores), manifest);
        const warm = kind.decode(Float32Array.from(scores), { ...manifest, temperature });
        for (const answer of [plain, warm]) {
          expect(Object.values(answer.scores).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
          expect(answer.confidence).toBe(Math.max(...Object.values(answer.scores)));
          expect(answer.scores[answer.label]).toBe(answer.confidence);
        }
        expect(warm.label).toBe(plain.label);
      }),
    );
  });

  it("slices inputs whatever was answered: none empty, each row once in each, names distinct", () => {
    fc.assert(
      fc.property(cases, (made) => {
        const asked = rows(made);
        const slices = kind.slices(asked);
        expect(new Set(slices.map((slice) => slice.name)).size).toBe(slices.length);
        for (const { rows: members } of slices) {
          expect(members.length).toBeGreaterThan(0);
          expect(new Set(members).size).toBe(members.length);
          expect(members.every((i) => i >= 0 && i < asked.length)).toBe(true);
        }
        const wrong = asked.map(({ text, target, columns }) => ({ text, target, columns, prediction: null }));
        expect(kind.slices(wrong)).toEqual(slices);
      }),
    );
  });

  it("measures every figure that it names, whatever the rows; known values lie in their interval", () => {
    fc.assert(
      fc.property(cases, (made) => {
        const { quality, slices } = kind.measure(rows(made));
        expect(Object.keys(quality).sort()).toEqual(Object.keys(kind.metrics).sort());
        for (const figure of [...Object.values(quality), ...slices.flatMap((slice) => Object.values(slice.quality))]) {
          if (!isKnown(figure)) expect(figure.undetermined).not.toBe("");
          else {
            expect(figure.low).toBeLessThanOrEqual(figure.value + 1e-12);
            expect(figure.high).toBeGreaterThanOrEqual(figure.value - 1e-12);
          }
        }
      }),
    );
  });

  it("does not hang on the order of the rows", () => {
    fc.assert(
      fc.property(cases, (made) => {
        const forward = rows(made);
        const backward = [...forward].reverse();
        const { quality, slices, confusions } = kind.measure(backward);
        const first = kind.measure(forward);
        expect(slices).toEqual(first.slices);
        expect(confusions).toEqual(first.confusions);
        for (const [metric, figure] of Object.entries(quality)) {
          if (!isKnown(figure)) expect(figure).toEqual(first.quality[metric]);
          else expect(figure.value).toBeCloseTo((first.quality[metric] as { value: number }).value, 9);
        }
      }),
    );
  });

  it("calls answers that are all right right, and undefined figures undetermined", () => {
    const right = rows(
      Array.from({ length: 30 }, (_, i) => ({ target: i % 2, logits: i % 2 === 0 ? [9, 0, 0] : [0, 9, 0] })),
    );
    const { quality, slices, confusions } = kind.measure(right);
    expect(quality["accuracy"]).toMatchObject({ value: 1, n: 30 });
    expect(confusions).toEqual([]);
    expect(slices.map((slice) => slice.name)).toContain("channel=email");
    const wrong = rows([{ target: 2, logits: [9, 0, 0] }]);
    const c = kind.measure(wrong).slices.find((slice) => slice.name === "label=c");
    expect(c?.quality["precision"]).toHaveProperty("undetermined");
  });
});
