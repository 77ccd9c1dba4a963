import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Tensor } from "../../base/tensor.ts";
import { TokenEncoder } from "./encoder.ts";
import { fitTokens, type TokenText } from "./fit.ts";
import { linesOf } from "./lines.ts";
import { type TokenFeatures, TokenReader } from "./reader.ts";
import { defaultTokenFeatures } from "./spec.ts";
import { fitValues } from "./fitvalues.ts";
import { noValues, ValueFinder } from "./values.ts";
import { WordCache } from "./words.ts";
import { readTokenVocabulary, writeTokenVocabulary } from "./vocabularyfile.ts";

/** What white space parts, and marks alone: enough of a tokeniser for features. */
function split(text: string): TokenText {
  const found = [...text.matchAll(/[\p{L}\p{M}]+|\d+|[^\s]/gu)];
  return { text, tokens: Int32Array.from(found.flatMap((m) => [m.index, m.index + m[0].length])) };
}

/** The features of every token, its line's behind its own. */
function all({ ids, offsets, lineIds, lineOffsets, lines }: TokenFeatures): number[][] {
  return Array.from(lines.of, (line, i) => [
    ...ids.subarray(offsets[i], offsets[i + 1]),
    ...lineIds.subarray(lineOffsets[line], lineOffsets[line + 1]),
  ]);
}

/** 31 bits of the prints of every token's features. */
function printsOf({ text, tokens, streams }: TokenText): number[][] {
  return all(new TokenReader(defaultTokenFeatures, (print) => print >>> 1).read(text, tokens, { streams }));
}

/** A row of a feed without what fills it up. */
function rowOf({ data, dims }: Tensor<"int32">, r: number): number[] {
  return Array.from(data.subarray(r * dims[1], (r + 1) * dims[1])).filter((id) => id > 0);
}

const texts = fc.string({ unit: fc.constantFrom(..."abcXYZ019 .,-\n\né漢🙂"), maxLength: 60 });

describe("features of tokens", () => {
  it("golden: the same prints on every machine, as packs hold them", () => {
    const [first, , third] = printsOf(split("Total:\nRM 9.00"));
    expect(first.slice(0, 12)).toMatchInlineSnapshot(`
      [
        724531266,
        913829673,
        619194639,
        1761844704,
        1452615131,
        640445926,
        1758523375,
        1019071124,
        1491080594,
        1202087290,
        1496806606,
        1690394274,
      ]
    `);
    expect(third.length).toMatchInlineSnapshot(`48`);
    const all = printsOf(split("Mr McKay paid EUR 1,250.00\non 3 March 2024.\n")).flat();
    expect(all.reduce((sum, print) => (Math.imul(sum, 31) + print) | 0, 0)).toMatchInlineSnapshot(`1243602452`);
  });

  it("are a function of the text: what was read before makes no difference", () => {
    const reader = new TokenReader(defaultTokenFeatures, (print) => print >>> 1);
    fc.assert(
      fc.property(texts, (text) => {
        const given = split(text);
        expect(all(reader.read(given.text, given.tokens))).toEqual(printsOf(given));
      }),
    );
  });

  it("of a word do not change with words outside the window, in a text of one long line", () => {
    const spec = { ...defaultTokenFeatures, cues: 0, lines: false };
    const middle = (text: string): number[] => {
      const { tokens } = split(text);
      return all(new TokenReader(spec, (print) => print >>> 1).read(text, tokens))[8];
    };
    expect(middle("a b c d e f g h Here i j k l m n o p")).toEqual(middle("a x x x e f g h Here i j k x x x x x"));
    expect(middle("a b c d e f g h Here i j k l m n o p")).not.toEqual(middle("a b c d e f g x Here i j k l m n o p"));
  });

  it("take streams in: the token's own value and its neighbours'", () => {
    const given = split("a b c");
    const without = printsOf(given).map((p) => p.length);
    const withStream = printsOf({ ...given, streams: [Int32Array.of(0, 5, 0)] }).map((p) => p.length);
    expect(withStream.map((n, i) => n - without[i])).toEqual([1, 1, 1]);
  });

  it("lines: blank ones do not count, and a carriage return is white space", () => {
    const text = "\n\na b\r\n\r\nc\n";
    const { of, starts, count } = linesOf(text, split(text).tokens);
    expect([Array.from(of), Array.from(starts), count]).toEqual([[0, 0, 1], [0, 2, 3], 2]);
    expect(linesOf("", new Int32Array(0)).count).toBe(0);
  });
});

describe("the vocabulary", () => {
  const rows = ["pay 10 euros", "pay 20 euros", "send 10 euros now", ""].map(split);

  it("keeps what enough texts have, and the encoder finds in a text what fitting found", () => {
    const spec = { ...defaultTokenFeatures, minTexts: 2 };
    const fitted = fitTokens(spec, rows);
    expect(fitted.rows.texts).toEqual(Int32Array.of(0, 3, 6, 10, 10));
    const encoder = new TokenEncoder(spec, readTokenVocabulary(writeTokenVocabulary(fitted.vocabulary)));
    rows.forEach(({ text, tokens }, r) => {
      const [feeds] = encoder.feeds(text, tokens);
      const { offsets, ids, texts: bounds } = fitted.rows;
      for (let t = 0; t < tokens.length / 2; t++) {
        const [own, shared] = [rowOf(feeds.ids, t), rowOf(feeds.line_ids, feeds.line.data[t])];
        const expected = ids.subarray(offsets[bounds[r] + t], offsets[bounds[r] + t + 1]);
        expect([...own, ...shared]).toEqual(Array.from(expected, (id) => id + 1));
      }
    });
    expect(fitTokens({ ...spec, minTexts: 4 }, rows).vocabulary.prints).toHaveLength(0);
    expect(fitTokens({ ...spec, most: 9 }, rows).vocabulary.prints).toHaveLength(9);
  });

  it("is refused where it is damaged, and a spec where it cannot be", () => {
    const bytes = writeTokenVocabulary({ prints: Uint32Array.of(1, 2, 3) });
    const code = { code: "features/vocabulary" };
    expect(() => readTokenVocabulary(bytes.subarray(0, 10))).toThrow(expect.objectContaining(code));
    expect(() => readTokenVocabulary(bytes.subarray(4))).toThrow(expect.objectContaining(code));
    expect(() => readTokenVocabulary(writeTokenVocabulary({ prints: Uint32Array.of(2, 2) }))).toThrow(
      expect.objectContaining(code),
    );
    for (const bad of [{ window: 0 }, { affixes: 99 }, { cues: -1 }, { most: 0 }, { minTexts: 0.5 }]) {
      expect(
        () => new TokenEncoder({ ...defaultTokenFeatures, ...bad }, { prints: new Uint32Array(0), values: noValues }),
      ).toThrow(expect.objectContaining({ code: "features/spec" }));
    }
  });
});

describe("the dictionary of values", () => {
  const marked = (text: string, runs: TokenText["runs"]): TokenText => ({ ...split(text), runs });
  const rows = [
    marked("add new york to it", [[1, 3, 0]]),
    marked("leave new york", [[1, 3, 0]]),
    marked("new things in paris", [[3, 4, 1]]),
  ];
  const { vocabulary } = fitTokens(defaultTokenFeatures, rows);
  const marksOf = (text: string, values = vocabulary.values): number[][] => {
    const words = new WordCache(1, 0, () => -1);
    const { tokens } = split(text);
    const lower = Int32Array.from(
      { length: tokens.length / 2 },
      (_, i) => words.lower[words.find(text, tokens[2 * i], tokens[2 * i + 1])],
    );
    const { codes, offsets } = new ValueFinder(values).find(lower);
    return Array.from(lower, (_, t) => Array.from(codes.subarray(offsets[t], offsets[t + 1])));
  };
  const code = (label: number, share: number, length: number, place: number): number =>
    label * 1024 + share * 64 + length * 4 + place;

  it("finds whole values wherever they stand, in any case, by label, share, length and place", () => {
    expect(marksOf("to New York and new Paris")).toEqual([
      [],
      [code(0, 3, 2, 1)],
      [code(0, 3, 2, 3)],
      [],
      [],
      [code(1, 3, 1, 0)],
    ]);
    expect(marksOf("anything", noValues)).toEqual([[]]);
  });

  it("tells a training text only what the other texts know", () => {
    const words = new WordCache(1, 0, () => -1);
    const lower = rows.map(({ text, tokens }) =>
      Int32Array.from(
        { length: tokens.length / 2 },
        (_, i) => words.lower[words.find(text, tokens[2 * i], tokens[2 * i + 1])],
      ),
    );
    const { values, others } = fitValues(rows.map(({ runs = [] }, r) => ({ lower: lower[r], runs })));
    const finder = new ValueFinder(values);
    const found = (r: number): number => finder.find(lower[r], others(r)).offsets[lower[r].length];
    expect([found(0), found(1), found(2)]).toEqual([2, 2, 0]);
  });
});
