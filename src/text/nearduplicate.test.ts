import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldText, NEAR, nearDuplicates } from "./nearduplicate.ts";

const words = fc.constantFrom(
  "card",
  "lost",
  "my",
  "is",
  "the",
  "where",
  "pin",
  "blocked",
  "top",
  "up",
  "7",
  "42",
  "!",
);
const text = fc.array(words, { minLength: 1, maxLength: 24 }).map((parts) => parts.join(" "));

/** The definition, word for word: all pairs, sets of bigrams, single linkage. */
function bySimplestMeans(texts: readonly string[]): number[] {
  const sets = texts.map((t) => {
    const spoken = t.split(" ").filter((w) => w !== "!");
    const said = (spoken.length > 0 ? spoken : t.split(" ")).map((w) => (/^\d+$/.test(w) ? "0" : w));
    const marked = ["^", ...said, "^"];
    return new Set(marked.slice(1).map((w, i) => `${marked[i]} ${w}`));
  });
  const clusters = texts.map((_, i) => i);
  const similar = (a: Set<string>, b: Set<string>): boolean => {
    const shared = [...a].filter((s) => b.has(s)).length;
    return shared / (a.size + b.size - shared) >= NEAR;
  };
  for (let i = 0; i < texts.length; i++) {
    for (let j = 0; j < i; j++) {
      if (clusters[i] === clusters[j] || !similar(sets[i], sets[j])) continue;
      const [low, high] = [Math.min(clusters[i], clusters[j]), Math.max(clusters[i], clusters[j])];
      clusters.forEach((c, k) => (clusters[k] = c === high ? low : c));
    }
  }
  return clusters;
}

describe("near-duplicates", () => {
  test("are exactly those of the definition", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        expect(nearDuplicates(texts).clusters).toEqual(bySimplestMeans(texts));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("case, spacing, punctuation and the digits of a number make no difference", () => {
    const { clusters, pairs } = nearDuplicates([
      "Where is order 1234?",
      "something else entirely",
      "where  is ORDER 99",
      "Where is order 1234?",
    ]);
    expect(clusters).toEqual([0, 1, 0, 0]);
    expect(pairs).toEqual([{ a: 0, b: 2, similarity: 1 }]);
  });

  test("texts without words are compared by their marks", () => {
    expect(nearDuplicates(["👍 👍 👎", "👍👍👎", "👎", "?"]).clusters).toEqual([0, 0, 2, 3]);
  });

  test("ten thousand texts from one template are one cluster, quickly", () => {
    const texts = Array.from(
      { length: 10_000 },
      (_, i) => `dear team please look into ticket ${i} as it has been open for ${i % 90} days now thank you`,
    );
    const started = performance.now();
    expect(new Set(nearDuplicates(texts).clusters)).toEqual(new Set([0]));
    const tails = texts.map((t, i) => `${t} x${i % 5000}`);
    expect(new Set(nearDuplicates(tails).clusters)).toEqual(new Set([0]));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test("folding is idempotent", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (s) => {
      expect(foldText(foldText(s))).toBe(foldText(s));
    }),
    { numRuns: 200, seed: 1 },
  );
});
