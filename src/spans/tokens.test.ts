import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CharClass, classOf } from "../text/tables.ts";
import { isCharacterEdge } from "./grapheme.ts";
import { tokensOf } from "./tokens.ts";

function shown(text: string): string[] {
  const tokens = tokensOf(text);
  return Array.from({ length: tokens.length / 2 }, (_, t) => text.slice(tokens[2 * t], tokens[2 * t + 1]));
}

describe("tokensOf", () => {
  it.each([
    ["RM9.00 don't", ["RM", "9", ".", "00", "don", "'", "t"]],
    ["12-MAY-2019\n#B7", ["12", "-", "MAY", "-", "2019", "#", "B", "7"]],
    ["e\u0301te\u0301 f\u00fcr", ["e\u0301te\u0301", "f\u00fcr"]],
    ["\u6771\u4eac", ["\u6771", "\u4eac"]],
    ["co\u00adop\u200b x\u00ad ", ["co\u00adop", "x"]],
    [
      "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u{1f44d}\u{1f3fd}!",
      ["\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "\u{1f44d}\u{1f3fd}", "!"],
    ],
    ["\u{1f1e9}\u{1f1ea}\u{1f1eb}\u{1f1f7}\u{1f1e9}", ["\u{1f1e9}\u{1f1ea}", "\u{1f1eb}\u{1f1f7}", "\u{1f1e9}"]],
    ["1\ufe0f\u20e3 \u2764\ufe0f", ["1\ufe0f\u20e3", "\u2764\ufe0f"]],
    ["\ud83d\ud83d\ude00", ["\ud83d", "\ud83d\ude00"]],
    ["  \n", []],
  ])("%j", (text, tokens) => {
    expect(shown(text)).toEqual(tokens);
  });

  it("covers every visible character once, in order, and parts no character", () => {
    const odd = fc.constantFrom(
      "a",
      "7",
      "-",
      " ",
      "\r\n",
      "\u0301",
      "\u200d",
      "\ufe0f",
      "\u{1f468}",
      "\u{1f1e9}",
      "\u{1f3fd}",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 80 }),
          fc.array(odd).map((a) => a.join("")),
        ),
        (text) => {
          const tokens = tokensOf(text);
          const covered = new Uint8Array(text.length);
          let last = 0;
          for (let t = 0; t < tokens.length; t += 2) {
            expect(tokens[t]).toBeGreaterThanOrEqual(last);
            last = tokens[t + 1];
            expect(last).toBeGreaterThan(tokens[t]);
            covered.fill(1, tokens[t], last);
            expect(isCharacterEdge(text, tokens[t])).toBe(true);
            expect(isCharacterEdge(text, last)).toBe(true);
          }
          for (let i = 0; i < text.length; i++) {
            const kind = classOf(text.codePointAt(i) as number);
            if (kind !== CharClass.space && kind !== CharClass.ignorable) expect(covered[i] || i).toBe(1);
            if ((text.codePointAt(i) as number) > 0xffff) i++;
          }
        },
      ),
    );
  });
});
