import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { f1OfGroups, sharesOfGroups } from "../stats/interval/share.ts";
import { scoreSpans } from "./score.ts";
import type { Span } from "./span.ts";

const labels = ["name", "place"];
const text = "Anna Schmidt lives in New York City today.";
const span = (words: string, label: string): Span => {
  const start = text.indexOf(words);
  return { start, end: start + words.length, label };
};

describe("scoreSpans", () => {
  it("counts exact and overlapping matches apart, and by label", () => {
    const gold = { spans: [span("Anna Schmidt", "name"), span("New York City", "place")], unplaced: [] };
    const score = scoreSpans(
      text,
      gold,
      [span("Anna Schmidt", "name"), span("York", "place"), span("today", "x")],
      labels,
    );
    expect(score.exact).toEqual({ hits: 1, strays: 2, misses: 1 });
    expect(score.overlap).toEqual({ hits: 2, strays: 1, misses: 0 });
    expect(score.byLabel[0].exact).toEqual({ hits: 1, strays: 0, misses: 0 });
    expect(score.byLabel[1].exact).toEqual({ hits: 0, strays: 1, misses: 1 });
    expect(score.byLabel[1].overlap).toEqual({ hits: 1, strays: 0, misses: 0 });
    expect(score.characters).toEqual({ right: 22, leaked: 7, marked: 20, over: 5 });
    expect(score.right).toBe(false);
  });

  it("a span under a wrong label is a stray and a miss, but leaks nothing", () => {
    const gold = { spans: [span("Anna", "name")], unplaced: [] };
    const score = scoreSpans(text, gold, [span("Anna", "place")], labels);
    expect(score.overlap).toEqual({ hits: 0, strays: 1, misses: 1 });
    expect(score.characters.leaked).toBe(0);
  });

  it("a value that stands nowhere is missed", () => {
    const score = scoreSpans(text, { spans: [], unplaced: [{ label: "name", value: "Bob" }] }, [], labels);
    expect(score.exact.misses).toBe(1);
    expect(score.byLabel[0].overlap.misses).toBe(1);
    expect(score.right).toBe(false);
  });

  it("one prediction over two right spans is one overlap", () => {
    const gold = { spans: [span("Anna", "name"), span("Schmidt", "name")], unplaced: [] };
    const score = scoreSpans(text, gold, [span("Anna Schmidt", "name")], labels);
    expect(score.overlap).toEqual({ hits: 1, strays: 0, misses: 1 });
    expect(score.characters.leaked).toBe(0);
  });

  const plan = fc.array(
    fc.record({ skip: fc.nat(3), take: fc.integer({ min: 1, max: 5 }), label: fc.constantFrom(...labels) }),
    {
      maxLength: 5,
    },
  );
  const laid = (steps: { skip: number; take: number; label: string }[]): Span[] => {
    let at = 0;
    return steps.map(({ skip, take, label }) => {
      at += skip + take;
      return { start: at - take, end: at, label };
    });
  };

  it("adds up, is right of itself, and swaps strays for misses when the sides are swapped", () => {
    fc.assert(
      fc.property(plan, plan, (one, other) => {
        const [a, b] = [laid(one), laid(other)];
        const forth = scoreSpans(text, { spans: a, unplaced: [] }, b, labels);
        const back = scoreSpans(text, { spans: b, unplaced: [] }, a, labels);
        for (const reading of ["exact", "overlap"] as const) {
          expect(forth[reading].hits + forth[reading].misses).toBe(a.length);
          expect(forth[reading].hits + forth[reading].strays).toBe(b.length);
          expect(forth[reading].hits).toBe(back[reading].hits);
          expect(forth.byLabel.reduce((sum, l) => sum + l[reading].hits, 0)).toBe(forth[reading].hits);
        }
        expect(forth.exact.hits).toBeLessThanOrEqual(forth.overlap.hits);
        const { right, leaked, marked, over } = forth.characters;
        expect(right - leaked).toBe(marked - over);
        expect(back.characters).toEqual({ right: marked, leaked: over, marked: right, over: leaked });
        expect(scoreSpans(text, { spans: a, unplaced: [] }, a, labels)).toMatchObject({
          exact: { strays: 0, misses: 0 },
          characters: { leaked: 0, over: 0 },
          right: true,
        });
      }),
    );
  });

  it("is what the estimates over groups take", () => {
    const gold = { spans: [span("Anna", "name")], unplaced: [] };
    const scores = Array.from({ length: 40 }, (_, i) => scoreSpans(text, gold, i % 4 === 0 ? [] : gold.spans, labels));
    const f1 = f1OfGroups(
      scores.map((s) => s.exact.hits),
      scores.map((s) => s.exact.strays),
      scores.map((s) => s.exact.misses),
    );
    const leaked = sharesOfGroups(
      scores.map((s) => s.characters.leaked),
      scores.map((s) => s.characters.right),
    );
    expect(f1).toMatchObject({ value: 60 / 70, n: 40 });
    expect(leaked).toMatchObject({ value: 0.25 });
  });
});
