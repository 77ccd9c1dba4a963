import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segment } from "./segment.ts";

function shown(text: string): string {
  return segment(text)
    .map((s) => `${text.slice(s.start, s.end)}/${s.kind[0]}`)
    .join(" ");
}

describe("segment", () => {
  it.each([
    ["I don't know.", "I/w don't/w know/w ./p"],
    ["It cost 1,250.00 \u20ac!", "It/w cost/w 1,250.00/n \u20ac/p !/p"],
    ["'quoted' 3. 4,", "'/p quoted/w '/p 3/n ./p 4/n ,/p"],
    ["A4 sheet, e\u0301te\u0301", "A4/w sheet/w ,/p e\u0301te\u0301/w"],
    ["\u6771\u4eac\u3078\u884c", "\u6771/w \u4eac/w \u3078/w \u884c/w"],
    ["x@y-z.org", "x/w @/p y/w -/p z/w ./p org/w"],
    ["\ud83d\ude00\ud800", "\ud83d\ude00/p \ud800/p"],
    ["", ""],
  ])("%j splits as %s", (text, pieces) => {
    expect(shown(text)).toBe(pieces);
  });

  it("covers every visible character once, in order, and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        let at = 0;
        for (const { start, end } of segment(text)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(at, start)).not.toMatch(/[\p{L}\p{Nd}]/u);
          at = end;
        }
        expect(text.slice(at)).not.toMatch(/[a-z0-9]/i);
      }),
    );
  });
});
