import { describe, expect, it } from "vitest";
import { phraseFinder } from "../../features/phrases/find.ts";
import { fitPhrases } from "./phrases.ts";

const options = { leastPrecision: 0.5, most: 100 };
const row = (marked: string): { text: string; spans: { start: number; end: number; label: string }[] } => {
  const spans: { start: number; end: number; label: string }[] = [];
  let text = "";
  for (const [, before, label, value] of marked.matchAll(/([^[]*)(?:\[(\w+) ([^\]]*)\])?/g)) {
    text += before;
    if (label !== undefined) spans.push({ start: text.length, end: text.length + value.length, label });
    text += value ?? "";
  }
  return { text, spans };
};

describe("fitPhrases", () => {
  const labels = ["city", "mail", "ip"];
  const rows = [
    row("From [city Paris] to [city Nice]."),
    row("A nice day; Nice work, Nice try."),
    row("Write to [mail a@example.com] in [city Paris]"),
    row("Or to [mail b@example.com]"),
  ];

  it("keeps values and patterns that are right often enough", () => {
    const { phrases, patterns } = fitPhrases(rows, labels, [], options);
    expect(phrases.map(({ text, label, precision }) => [text, label, precision])).toEqual([
      ["Paris", 0, 2.5 / 3],
      ["a@example.com", 1, 0.75],
      ["b@example.com", 1, 0.75],
    ]);
    expect(patterns).toEqual([{ pattern: "email", label: 1, precision: 2.5 / 3 }]);
  });

  it("believes a pattern that is named for a label which no row has", () => {
    const named = [{ pattern: "ip", label: "ip" }];
    const rules = fitPhrases(rows, labels, named, options);
    expect(phraseFinder(rules)("from 11.2.3.4 to Paris").map(({ start, end, label }) => [start, end, label])).toEqual([
      [5, 13, 2],
      [17, 22, 0],
    ]);
  });
});
