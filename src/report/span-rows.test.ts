import { describe, expect, it } from "vitest";
import { isExact, meetings } from "./span-rows.ts";

const span = (start: number, end: number, label: string) => ({ start, end, label });

describe("meetings of wanted and found spans", () => {
  it("pairs what overlaps, its own label before another, and leaves the rest alone", () => {
    const wanted = { spans: [span(0, 4, "a"), span(6, 9, "b"), span(20, 24, "a")], unplaced: [] };
    const found = [span(0, 4, "a"), span(5, 7, "a"), span(7, 9, "b"), span(12, 14, "c")];
    const met = meetings({ wanted, found });
    expect(met).toEqual([
      { wanted: span(0, 4, "a"), found: span(0, 4, "a") },
      { wanted: span(6, 9, "b"), found: span(7, 9, "b") },
      { wanted: null, found: span(12, 14, "c") },
      { wanted: span(20, 24, "a"), found: null },
    ]);
    expect(met.map(isExact)).toEqual([true, false, false, false]);
  });
});
