import { describe, expect, it } from "vitest";
import { printSpans, type Span } from "../../spans/span.ts";
import { type HeldOutSpans, spanDoubts } from "./span-suspects.ts";

const name: Span = { start: 0, end: 3, label: "NAME" };
const place: Span = { start: 10, end: 15, label: "PLACE" };
const print = (...spans: Span[]): string => printSpans({ spans, unplaced: [] });

const row = (target: string, label: string, confidence: number): HeldOutSpans => ({ target, label, confidence });
const right = Array.from({ length: 40 }, () => row(print(name), print(name), 0.9));

describe("doubts about marks", () => {
  it("a span that the model is sure of and that is not marked, never one that it is unsure of", () => {
    const [sure, unsure] = spanDoubts([
      row(print(name), print(name, place), 0.95),
      row(print(name), print(name, place), 0.6),
      ...right,
    ]);
    expect(sure).toEqual([{ what: "not marked", found: place, marked: null, chance: 0.95 }]);
    expect(unsure).toEqual([]);
  });

  it("a mark that is not found, where its like nearly always are", () => {
    const rows = [row(print(name), "[]", 1), row(print(place), "[]", 1), ...right];
    const [ofName, ofPlace] = spanDoubts(rows);
    expect(ofName).toEqual([{ what: "not found", found: null, marked: name, chance: 40 / 41 }]);
    expect(ofPlace, "no place was ever found").toEqual([]);
  });

  it("other ends and another label are one doubt each", () => {
    const longer = { ...name, end: 5 };
    const other = { ...name, label: "PLACE" };
    const [ends, label] = spanDoubts([
      row(print(name), print(longer), 0.99),
      row(print(name), print(other), 0.99),
      ...right,
    ]);
    expect(ends).toEqual([{ what: "other ends", found: longer, marked: name, chance: 0.99 }]);
    expect(label).toEqual([{ what: "other label", found: other, marked: name, chance: 0.99 }]);
  });

  it("values without a place are met by whatever was found of their label, and never doubted alone", () => {
    const valued = printSpans({ spans: [{ ...name, value: "Ada" }], unplaced: [] });
    const unplaced = printSpans({ spans: [], unplaced: [{ label: "PLACE", value: "Rome" }] });
    const elsewhere = { start: 20, end: 23, label: "NAME" };
    const [moved, missing] = spanDoubts([
      row(valued, print(elsewhere), 0.99),
      row(unplaced, print(place), 0.99),
      ...right,
    ]);
    expect(moved).toEqual([{ what: "other ends", found: elsewhere, marked: name, chance: 0.99 }]);
    expect(missing).toEqual([]);
  });

  it("right answers leave no doubt, and without one nothing is sure", () => {
    expect(spanDoubts(right).flat()).toEqual([]);
    expect(spanDoubts([row("[]", print(place), 0.99)]).flat()).toEqual([]);
  });
});
