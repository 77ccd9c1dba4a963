import { describe, expect, it } from "vitest";
import { CharClass, classOf, compose, UNICODE_VERSION } from "./tables.ts";

describe("tables", () => {
  it("know what a character is", () => {
    const of = (s: string): number => classOf(s.codePointAt(0) as number);
    expect([..."aZ\u00e9\u0416\u05d0\ud55c\u30ab"].map(of)).toEqual(Array(7).fill(CharClass.letter));
    expect([..."07\u0663\u00bd\u2160"].map(of)).toEqual(Array(5).fill(CharClass.digit));
    expect([..." \t\n\u00a0\u2003\u3000"].map(of)).toEqual(Array(6).fill(CharClass.space));
    expect([...".-_$\u20ac\u2026\ud83d\ude00"].map(of)).toEqual(Array(7).fill(CharClass.punctuation));
    expect([..."\u6771\u3078\u3005"].map(of)).toEqual(Array(3).fill(CharClass.ideograph));
    expect([..."\u0301\u0941"].map(of)).toEqual(Array(2).fill(CharClass.mark));
    expect([..."\u00ad\u200d\ufeff\ufe0f"].map(of)).toEqual(Array(4).fill(CharClass.ignorable));
    expect([0xd800, 0xdfff, 0x10ffff, 0x7f, 0].map(classOf)).toEqual([0, 0, 0, 0, 0]);
  });

  it.skipIf(process.versions.unicode !== UNICODE_VERSION)("agree with a host of the same Unicode everywhere", () => {
    let wrong = 0;
    for (let c = 0; c <= 0x10ffff; c++) {
      if (c >= 0xd800 && c <= 0xdfff) continue;
      const s = String.fromCodePoint(c);
      const spaces = classOf(c) === CharClass.space;
      if (/\p{White_Space}/u.test(s) !== spaces) wrong++;
      const lettered = classOf(c) === CharClass.letter || classOf(c) === CharClass.ideograph;
      if (lettered && !/[\p{L}\p{Nl}]/u.test(s)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it("compose what the host composes", () => {
    for (let first = 0x41; first <= 0x7a; first++) {
      for (let second = 0x300; second <= 0x345; second++) {
        const host = String.fromCodePoint(first, second).normalize("NFC");
        const composed = compose(first, second);
        if (second === 0x340 || second === 0x341 || second === 0x343 || second === 0x344) continue;
        expect(composed === 0 ? String.fromCodePoint(first, second) : String.fromCodePoint(composed)).toBe(host);
      }
    }
  });
});
