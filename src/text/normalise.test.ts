import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Normaliser, normalise } from "./normalise.ts";

describe("normalise", () => {
  it.each([
    ["  Hello,\t\n WORLD ", "hello, world"],
    ["Stra\u00dfe \u00c4RGER", "stra\u00dfe \u00e4rger"],
    ["e\u0301te\u0301", "\u00e9t\u00e9"],
    ["\ufb01ne \uff21\uff22\uff11 \u2460", "fine ab1 1"],
    ["soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"],
    ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "\ud55c\uad6d"],
    ["\u039f\u03b4\u03cc\u03c2", "\u03bf\u03b4\u03cc\u03c3"],
    ["a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["\ud835\udc00\ud83d\ude00", "a\ud83d\ude00"],
    ["", ""],
    [" \u00a0\u3000 ", ""],
  ])("%j reads %j", (text, form) => {
    expect(normalise(text)).toBe(form);
  });

  it("keeps case where asked", () => {
    expect(normalise("Ab \uff23", { lower: false })).toBe("Ab C");
  });

  it("is its own fixed point, for strings the host has put into canonical order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (raw) => {
        const once = normalise(raw.normalize("NFC"));
        expect(normalise(once.normalize("NFC"))).toBe(normalise(once));
      }),
    );
  });

  it("agrees with the host's NFKC and lower case on Latin, Greek and Cyrillic", () => {
    for (let c = 0x20; c < 0x530; c++) {
      const s = `x${String.fromCodePoint(c)}x`;
      if (c === 0xad || c === 0x34f || c === 0x3c2 || /[\s\p{Cc}\p{Cn}]/u.test(s)) continue;
      const host = s
        .normalize("NFKC")
        .toLowerCase()
        .normalize("NFC")
        .replace(/\s+/g, " ")
        .replace(/\u03c2/g, "\u03c3");
      expect(normalise(s)).toBe(host);
    }
  });

  it("maps every code back to the units it came from", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const n = new Normaliser({ lower: true });
        n.read(text);
        let before = 0;
        for (let i = 0; i < n.length; i++) {
          expect(n.starts[i]).toBeGreaterThanOrEqual(before);
          expect(n.ends[i]).toBeGreaterThan(n.starts[i]);
          expect(n.ends[i]).toBeLessThanOrEqual(text.length);
          before = n.starts[i];
        }
      }),
    );
  });

  it("reads ten million units, lone surrogates among them, in a moment", () => {
    const text = "ab \ud800\u00e9 C".repeat(1_430_000);
    expect(normalise(text)).toHaveLength(text.length);
  });
});
