import { describe, expect, it } from "vitest";
import type { Manifest } from "../../record/manifest.ts";
import { printSpans } from "../../spans/span.ts";
import { tokensOf } from "../../spans/tokens.ts";
import type { AnsweredScores } from "../kind.ts";
import { calibrate } from "./calibrate.ts";

const manifest: Manifest = {
  kind: "extract",
  program: { type: "onnx", part: "model.onnx" },
  inputs: [],
  labels: ["number"],
  temperature: 1,
  scopeThreshold: null,
  maxTextLength: 100,
  spans: { fields: {}, categories: {}, patterns: [], leakRate: 1, outsideBias: 0 },
};

/** A text whose second word lacks so much of being marked. */
function row(lacks: number, isRight: boolean): AnsweredScores {
  const text = "invoice 1234 enclosed";
  const spans = isRight ? [{ start: 8, end: 12, label: "number" }] : [];
  const emissions = Float32Array.of(9, 0, 0, lacks, 0, -9, 9, 0, 0);
  return {
    text,
    target: printSpans({ spans, unplaced: [] }),
    scored: {
      form: "lattice",
      lattice: { tokens: tokensOf(text), emissions, transitions: new Float32Array(16), windows: 1 },
    },
  };
}

describe("the bias of extract", () => {
  it("is the least at which F1 is highest", () => {
    expect(calibrate([row(0.6, true), row(-1, true), row(1.1, false)], manifest).outsideBias).toBe(0.75);
    expect(calibrate([row(-1, true), row(0.6, false)], manifest).outsideBias).toBe(0);
    expect(calibrate([], manifest).outsideBias).toBe(0);
  });
});
