import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phraseFinder } from "./find.ts";
import { LONGEST_PHRASE, PhraseTrie, spaced } from "./trie.ts";

function found(phrases: readonly string[], text: string): string[] {
  const out: string[] = [];
  new PhraseTrie(phrases).find(text, (start, end) => out.push(text.slice(start, end)));
  return out;
}

describe("PhraseTrie", () => {
  it("finds phrases where words begin and end, over any white space", () => {
    expect(found(["New York", "York", "Dr."], "New\n York, Yorkshire; Dr. York’s")).toEqual([
      "New\n York",
      "York",
      "Dr.",
      "York",
    ]);
  });

  it("finds the same as a search for each phrase by itself", () => {
    const word = fc.constantFrom("a", "b", "ab", "é", "1", ".", "\u{1f600}");
    const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(fc.uniqueArray(phrase, { maxLength: 6 }), fc.array(word, { maxLength: 20 }), (phrases, words) => {
        const text = words.join(" ");
        const naive = phrases.flatMap((p) => (` ${text} `.split(` ${p} `).length > 1 ? [p] : []));
        expect([...new Set(found(phrases, text))].sort()).toEqual(expect.arrayContaining(naive.sort()));
        for (const p of found(phrases, text)) expect(phrases).toContain(p);
      }),
    );
  });

  it("leaves out what is empty or too long", () => {
    expect(found(["", " ", "a".repeat(LONGEST_PHRASE + 1)], "a".repeat(LONGEST_PHRASE + 1))).toEqual([]);
    expect(spaced(" a \n b ")).toBe("a b");
  });

  it("does bounded work on a text made of one phrase's beginnings", () => {
    const text = "a ".repeat(200_000);
    const began = performance.now();
    expect(found([`${"a ".repeat(99)}b`], text)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe("phraseFinder", () => {
  it("takes the longest match, then the surest", () => {
    const find = phraseFinder({
      phrases: [
        { text: "Paris", label: 0, precision: 0.9 },
        { text: "Paris Hilton", label: 1, precision: 0.6 },
      ],
      patterns: [
        { pattern: "email", label: 2, precision: 0.99 },
        { pattern: "domain", label: 3, precision: 0.5 },
        { pattern: "url", label: 4, precision: 0.8 },
      ],
    });
    expect(find("Paris Hilton, Paris: paris@example.com or example.org")).toEqual([
      { start: 0, end: 12, label: 1, confidence: 0.6 },
      { start: 14, end: 19, label: 0, confidence: 0.9 },
      { start: 21, end: 38, label: 2, confidence: 0.99 },
      { start: 42, end: 53, label: 4, confidence: 0.8 },
    ]);
  });
});
