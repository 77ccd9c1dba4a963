import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSpans } from "./check.ts";
import { offsetUnits } from "./offset-unit.ts";
import { convertOffsets, offsetUnit, unitMisfit } from "./units.ts";

const text = " Zo\u00eb e\u0301 \ud83d\ude00 \u{1f468}\u200d\u{1f469} end";
const at = (start: number, end: number, label = "x"): { start: number; end: number; label: string } => ({
  start,
  end,
  label,
});

describe("checkSpans", () => {
  it.each([
    ["data/span-offset", [at(0.5, 2)], 'span 1 ("x", 0.5 to 2): its ends are not whole numbers from 0 on'],
    ["data/span-offset", [at(-1, 2)], 'span 1 ("x", -1 to 2): its ends are not whole numbers from 0 on'],
    ["data/span-offset", [at(1, NaN)], 'span 1 ("x", 1 to NaN): its ends are not whole numbers from 0 on'],
    ["data/span-empty", [at(3, 3)], 'span 1 ("x", 3 to 3): it ends where it begins, or before'],
    ["data/span-outside", [at(1, 99)], 'span 1 ("x", 1 to 99): the text ends at 20'],
    ["data/span-blank", [at(4, 5)], 'span 1 ("x", 4 to 5): it covers nothing that can be seen'],
    ["data/span-character", [at(8, 9)], 'span 1 ("x", 8 to 9): it begins or ends inside a character'],
    ["data/span-character", [at(5, 6)], 'span 1 ("x", 5 to 6): it begins or ends inside a character'],
    ["data/span-character", [at(11, 13)], 'span 1 ("x", 11 to 13): it begins or ends inside a character'],
    ["data/span-overlap", [at(5, 10), at(1, 7, "y")], 'span 1 ("x", 5 to 10): it overlaps span 2 ("y", 1 to 7)'],
    ["data/span-overlap", [at(1, 4), at(1, 4, "y")], 'span 2 ("y", 1 to 4): it overlaps span 1 ("x", 1 to 4)'],
    [
      "data/span-text",
      [{ ...at(1, 4), text: "Zoe" }],
      'span 1 ("x", 1 to 4): the text there is not the one that the row gives with it',
    ],
  ])("%s for %j", (code, spans, why) => {
    expect(checkSpans(text, spans)).toEqual({ code, why });
  });

  it("orders, takes white space off the ends, and counts a span given twice once", () => {
    expect(checkSpans(text, [at(17, 20), at(0, 5), at(17, 20)])).toEqual({
      spans: [at(1, 4), at(17, 20)],
      trimmed: 1,
    });
  });

  it("reads other units, and says what does not fit in theirs", () => {
    expect(checkSpans(text, [at(8, 9), at(10, 12)], "codepoint")).toMatchObject({ code: "data/span-character" });
    expect(checkSpans(text, [at(8, 9), at(14, 17)], "codepoint")).toEqual({
      spans: [at(8, 10), at(17, 20)],
      trimmed: 0,
    });
    expect(checkSpans(text, [at(1, 5)], "byte")).toEqual({ spans: [at(1, 4)], trimmed: 0 });
    expect(checkSpans(text, [at(1, 4)], "byte")).toMatchObject({ code: "data/span-character" });
    expect(checkSpans(text, [at(1, 400)], "byte")).toEqual({
      code: "data/span-outside",
      why: `span 1 ("x", 1 to 400): the text ends at ${Buffer.byteLength(text)}`,
    });
  });

  it("lets through only what is sound, whatever comes", () => {
    const given = fc.array(
      fc.record({
        start: fc.integer({ min: -2, max: 24 }),
        end: fc.integer({ max: 24, min: -2 }),
        label: fc.constantFrom("a", "b"),
      }),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 20 }),
        given,
        fc.constantFrom(...offsetUnits),
        (t, spans, unit) => {
          const result = checkSpans(t, spans, unit);
          if ("code" in result) return;
          let last = 0;
          for (const { start, end } of result.spans) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(t.slice(start, end).trim()).not.toBe("");
            last = end;
          }
          expect(last).toBeLessThanOrEqual(t.length);
          expect(checkSpans(t, result.spans)).toEqual({ spans: result.spans, trimmed: 0 });
        },
      ),
    );
  });
});

describe("offset units", () => {
  it("converts as encoders count", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string(),
        (a, b, c) => {
          const whole = a + b + c;
          const utf16 = at(a.length, a.length + b.length);
          const bytes = at(Buffer.byteLength(a), Buffer.byteLength(a + b));
          const points = at([...a].length, [...(a + b)].length);
          expect(convertOffsets(whole, "byte", [bytes])).toEqual([utf16]);
          expect(convertOffsets(whole, "codepoint", [points])).toEqual([utf16]);
          expect(convertOffsets(whole, "utf16", [utf16])).toEqual([utf16]);
        },
      ),
    );
  });

  const rows = [
    "Zo\u00eb lives in Z\u00fcrich now",
    "\ud83d\ude00 Call \u00c5sa at once",
    "plain Bob here",
    "\u20ac5 for Ren\u00e9!",
  ];
  const names = ["Z\u00fcrich", "\u00c5sa", "Bob", "Ren\u00e9"];
  const counted = (
    count: (s: string) => number,
  ): { text: string; spans: { start: number; end: number; label: string }[] }[] =>
    rows.map((row, i) => {
      const start = row.indexOf(names[i]);
      return { text: row, spans: [at(count(row.slice(0, start)), count(row.slice(0, start + names[i].length)))] };
    });

  it.each([
    ["utf16", (s: string) => s.length],
    ["codepoint", (s: string) => [...s].length],
    ["byte", (s: string) => Buffer.byteLength(s)],
  ] as const)("finds out %s", (unit, count) => {
    const finding = offsetUnit(counted(count));
    expect(finding).toMatchObject({ unit, telling: 3 });
    expect(finding.fits[unit]).toBe(3);
    expect(unitMisfit(unit, finding)).toBeUndefined();
  });

  it("explains a misfit in words", () => {
    expect(unitMisfit("utf16", offsetUnit(counted((s) => Buffer.byteLength(s))))).toBe(
      "the offsets count bytes of UTF-8, not UTF-16 units: of 3 rows where that makes a difference 3 fit then, 0 as they are",
    );
  });

  it("has nothing to say where it makes no difference", () => {
    const finding = offsetUnit([{ text: "plain Bob", spans: [at(6, 9)] }]);
    expect(finding).toEqual({ unit: "utf16", telling: 0, fits: { utf16: 0, codepoint: 0, byte: 0 } });
    expect(unitMisfit("byte", finding)).toBeUndefined();
  });

  it("believes the texts that rows give with their spans", () => {
    const row = { text: "\u00e9 a a a", spans: [{ ...at(2, 3), text: "a" }] };
    expect(offsetUnit([{ text: row.text, spans: [{ ...at(4, 5), text: "q" }] }]).fits).toEqual({
      utf16: 0,
      codepoint: 0,
      byte: 0,
    });
    expect(offsetUnit([row]).fits).toMatchObject({ utf16: 1, byte: 0 });
  });
});
