import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundSpan } from "../spans/decode.ts";
import { united } from "./spans.ts";

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
