import { describe, expect, test } from "vitest";
import { printSpans } from "./span.ts";
import { tellSpans } from "./told.ts";

const text = "play Dune at 8 pm\n today";
const spans = [
  { start: 5, end: 9, label: "movie_name" },
  { start: 13, end: 24, label: "timeRange" },
];
const printed = printSpans({ spans, unplaced: [{ label: "total", value: "12.00" }] });

describe("spans in words", () => {
  test("with their text: one line, whatever stands in it", () => {
    expect(tellSpans(printed, text)).toBe(
      'movie_name "Dune" · timeRange "8 pm today" · total "12.00" (not in the text)',
    );
    const long = `${"a".repeat(58)}😀😀b`;
    const one = printSpans({ spans: [{ start: 0, end: long.length, label: "x" }], unplaced: [] });
    expect(tellSpans(one, long)).toBe(`x "${"a".repeat(58)}😀…"`);
  });

  test("without it: places alone, and no value", () => {
    expect(tellSpans(printed)).toBe("movie_name 5–9 · timeRange 13–24 · total (not in the text)");
  });

  test("of another text: places, never a piece that is cut off", () => {
    expect(tellSpans(printed, "short")).toContain("timeRange 13–24");
  });

  test("nothing is a word", () => {
    expect(tellSpans("[]", text)).toBe("nothing");
  });
});
