import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundSpan } from "../spans/decode.ts";
import type { Manifest, SpanManifest } from "../record/manifest.ts";
import type { Scored } from "../record/scored.ts";
import type { Span } from "../spans/span.ts";
import { tokensOf } from "../spans/tokens.ts";
import { found, placesIn, united } from "./spans.ts";

const span = (start: number, end: number, label: string): FoundSpan => ({ start, end, label, confidence: 0.9 });

describe("what a model and patterns found, united", () => {
  it("keeps a proved span as it is and what else the model found beside it", () => {
    const text = "Ann Lee, ann@lee.example, called";
    const both = united([span(0, 24, "NAME")], [span(9, 24, "EMAIL")], text);
    expect(both).toEqual([span(0, 7, "NAME"), span(9, 24, "EMAIL")]);
    expect(united([span(9, 24, "NAME")], [span(9, 24, "EMAIL")], text)).toEqual([span(9, 24, "EMAIL")]);
    expect(united([span(7, 24, "NAME")], [span(9, 24, "EMAIL")], text)).toEqual([span(9, 24, "EMAIL")]);
  });

  const text = "ab cd, ef gh ij kl mn op qr st";
  const list = fc
    .uniqueArray(fc.nat(text.length), { maxLength: 10 })
    .map((cuts) => [...cuts].sort((a, b) => a - b))
    .map((cuts) =>
      cuts.flatMap((start, i) => (i % 2 === 0 && cuts[i + 1] !== undefined ? [span(start, cuts[i + 1], "x")] : [])),
    );

  it("leaves no letter over that either found, in order and without overlap", () => {
    fc.assert(
      fc.property(list, list, (own, sure) => {
        const both = united(own, sure, text);
        both.forEach(({ start, end }, i) => {
          expect(start).toBeLessThan(end);
          if (i > 0) expect(start).toBeGreaterThanOrEqual(both[i - 1].end);
        });
        const covers = (spans: readonly FoundSpan[], at: number): boolean =>
          spans.some((s) => s.start <= at && at < s.end);
        for (let at = 0; at < text.length; at++) {
          if (!/\w/.test(text[at])) continue;
          expect(covers(both, at)).toBe(covers(own, at) || covers(sure, at));
        }
      }),
    );
  });
});

describe("patterns beside a model", () => {
  const text = "mail ann@lee.example or 11.2.3.4";
  const tokens = tokensOf(text);
  const words = tokens.length / 2;
  const lattice = (emissions: Float32Array): Scored => ({
    form: "lattice",
    lattice: { tokens, emissions, transitions: new Float32Array(16), windows: 1 },
  });
  /** A model that marks tokens 1 and 2 as NAME and nothing else. */
  const name = lattice(
    Float32Array.from({ length: words * 3 }, (_, i) => {
      const t = Math.floor(i / 3);
      return i % 3 === (t === 1 ? 1 : t === 2 ? 2 : 0) ? 9 : 0;
    }),
  );
  const manifest = (precision?: number): Manifest => ({
    kind: "redact",
    program: { type: "onnx", part: "model.onnx" },
    inputs: [],
    labels: ["NAME"],
    temperature: 1,
    scopeThreshold: null,
    maxTextLength: 100,
    spans: {
      fields: {},
      categories: {},
      patterns: ["email", "ip"].map((pattern) => ({
        pattern,
        label: pattern,
        ...(precision === undefined ? {} : { precision }),
      })),
      leakRate: 1,
      outsideBias: 0,
    },
  });
  const said = (m: Manifest): string[] => found(name, text, m).map((s) => `${s.start} ${s.end} ${s.label}`);

  it("sure ones stand whatever the model found, others only where it found nothing", () => {
    expect(said(manifest())).toEqual(["5 20 email", "24 32 ip"]);
    expect(said(manifest(0.9))).toEqual(["5 20 email", "24 32 ip"]);
    expect(said(manifest(0.6))).toEqual(["5 9 NAME", "24 32 ip"]);
    expect(found(name, text, manifest(0.6))[1].confidence).toBe(0.6);
  });

  it("places are those of what is found, whatever the scores, the bias and the patterns", () => {
    const score = fc.float({ min: -9, max: 9, noNaN: true });
    const scores = fc.array(score, { minLength: 3 * words, maxLength: 3 * words });
    fc.assert(
      fc.property(scores, score, fc.constantFrom(undefined, 0.9, 0.6), (emissions, outsideBias, precision) => {
        const plain = manifest(precision);
        const biased = { ...plain, spans: { ...plain.spans, outsideBias } as SpanManifest };
        const scored = lattice(Float32Array.from(emissions));
        const bare = ({ start, end, label }: Span): Span => ({ start, end, label });
        expect(placesIn(scored, text, biased).map(bare)).toEqual(found(scored, text, biased).map(bare));
      }),
    );
  });
});
