import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowed, spansCuttingTokens, spansOf, tagsOf } from "./tags.ts";
import { tokensOf } from "./tokens.ts";

const labels = ["name", "place"];

describe("tags", () => {
  it("spans of whole tokens come back from their tags", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ skip: fc.nat(3), take: fc.integer({ min: 1, max: 4 }), label: fc.constantFrom(...labels) }),
        ),
        (plan) => {
          const tokens = Int32Array.from({ length: 2 * 40 * 8 }, (_, i) => 3 * Math.floor(i / 2) + (i % 2) * 2);
          let t = 0;
          const spans = plan.map(({ skip, take, label }) => {
            const start = tokens[2 * (t + skip)];
            t += skip + take;
            return { start, end: tokens[2 * t - 1], label };
          });
          const tags = tagsOf(spans, tokens, labels);
          expect(spansOf(tags, tokens, labels)).toEqual(spans);
          expect(spansCuttingTokens(spans, tokens)).toEqual([]);
          tags.forEach((tag, i) => expect(allowed(i === 0 ? 0 : tags[i - 1], tag)).toBe(true));
        },
      ),
    );
  });

  it("a span that cuts a token is reported and widened", () => {
    const text = "Anna-Lena wohnt hier";
    const tokens = tokensOf(text);
    const spans = [
      { start: 1, end: 3, label: "name" },
      { start: 10, end: 15, label: "place" },
      { start: 16, end: 18, label: "place" },
    ];
    expect(spansCuttingTokens(spans, tokens)).toEqual([spans[0], spans[2]]);
    expect(spansOf(tagsOf(spans, tokens, labels), tokens, labels)).toEqual([
      { start: 0, end: 4, label: "name" },
      { start: 10, end: 15, label: "place" },
      { start: 16, end: 20, label: "place" },
    ]);
  });

  it("a token touched by two spans is the first one's", () => {
    const tokens = tokensOf("one two");
    const spans = [
      { start: 0, end: 1, label: "name" },
      { start: 1, end: 7, label: "place" },
    ];
    expect([...tagsOf(spans, tokens, labels)]).toEqual([1, 3]);
  });

  it("an I after nothing of its label begins a span", () => {
    expect(spansOf([2, 4, 4, 0, 2], tokensOf("a b c d e"), labels)).toEqual([
      { start: 0, end: 1, label: "name" },
      { start: 2, end: 5, label: "place" },
      { start: 8, end: 9, label: "name" },
    ]);
  });
});
