import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold } from "./fold.ts";
import { gazetteerStreams } from "./streams.ts";

/** Words and single marks, as tokens. */
function tokensOf(text: string): Int32Array {
  return Int32Array.from(
    [...text.matchAll(/[\p{L}\p{M}]+|[0-9]+|[^\s\p{L}\p{M}0-9]/gu)].flatMap((m) => [m.index, m.index + m[0].length]),
  );
}

const streams = (text: string): number[][] => gazetteerStreams(text, tokensOf(text)).map((s) => [...s]);

describe("fold", () => {
  it("takes case and marks away", () => {
    expect(["Åse", "GARCÍA", "Łukasz", "Straße", "Þór", "Ørsted", "Δ"].map(fold)).toEqual([
      "ase",
      "garcia",
      "lukasz",
      "strasse",
      "thor",
      "orsted",
      "δ",
    ]);
  });

  it("folds what is folded to itself, in Latin letters", () => {
    const letter = fc.integer({ min: 0x41, max: 0x24f }).map((c) => String.fromCharCode(c));
    fc.assert(
      fc.property(fc.string({ unit: letter }), (s) => {
        expect(fold(fold(s))).toBe(fold(s));
      }),
    );
  });
});

describe("gazetteerStreams", () => {
  it("tells given names, surnames and their case", () => {
    const [name] = streams("Anna SMITH and joseph xyzzy");
    expect(name[0]).toBe(1 + 3 * 1 + 1);
    expect(name[1]).toBe(1 + 3 * 2 + 2);
    expect(name[2]).toBe(0);
    expect(name[3] % 3).toBe(1);
    expect(name[4]).toBe(0);
  });

  it("covers entries of several words, the longest first", () => {
    const [, place] = streams("in New York City, Guinea-Bissau and new things");
    expect(place).toEqual([0, 4, 68, 68, 0, 1, 65, 65, 0, 0, 0]);
  });

  it("knows words that stand beside names", () => {
    const [, , word] = streams("Dr Miller of Acme Ltd, 5 Main Street, Monday in May");
    expect([word[0], word[4], word[8], word[10], word[12]]).toEqual([1, 2, 4, 7, 6]);
  });

  it("gives one number a token, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("New", "York", "City", "the", "Dr", ".", "-", "Å", "1"), { maxLength: 20 }),
        (words) => {
          const text = words.join(" ");
          for (const stream of gazetteerStreams(text, tokensOf(text))) {
            expect(stream).toHaveLength(words.length);
            expect(stream.every((v) => v >= 0)).toBe(true);
          }
        },
      ),
    );
  });
});
