import { describe, expect, it } from "vitest";
import { defaultSubwords, fitSubwords, SubwordReader, type TokenizedText } from "./subwords.ts";
import { readSubwords, writeSubwords } from "./subwordsfile.ts";

/** Tokens are what spaces and hyphens part; the hyphen stands alone. */
function tokenized(text: string): TokenizedText {
  const pairs = [...text.matchAll(/[^\s-]+|-/g)].flatMap((m) => [m.index, m.index + m[0].length]);
  return { text, tokens: Int32Array.from(pairs) };
}
const bagOf = (reader: SubwordReader, { text, tokens }: TokenizedText, i: number): number[] => {
  reader.read(text, tokens);
  return [...reader.ids.subarray(reader.offsets[i], reader.offsets[i + 1])];
};
const texts = ["Play the Rolling Stones", "play the song rolling on", "the well-known song"].map(tokenized);

describe("subwords", () => {
  it("are kept where enough texts have them, and a bag hangs on its token alone", () => {
    const all = fitSubwords({ ...defaultSubwords, minTexts: 1 }, texts);
    const twice = fitSubwords({ ...defaultSubwords, minTexts: 2 }, texts);
    expect(all.size).toBeGreaterThan(twice.size);
    expect([...twice.prints].every((print) => all.prints.includes(print))).toBe(true);
    expect(bagOf(all, texts[0], 1)).toEqual(bagOf(all, texts[1], 1));
    expect(new Set(bagOf(all, texts[0], 1)).size).toBe(bagOf(all, texts[0], 1).length);
  });

  it("tell case, shape and spacing apart, and share what words have in common", () => {
    const reader = fitSubwords({ ...defaultSubwords, minTexts: 1 }, texts);
    const [upper, lower] = [bagOf(reader, texts[0], 2), bagOf(reader, texts[1], 3)];
    expect(upper).not.toEqual(lower);
    expect(upper.filter((id) => lower.includes(id)).length).toBeGreaterThan(10);
    const [apart, joined] = ["the - song", "the-song"].map((text) => bagOf(reader, tokenized(text), 1));
    expect(apart).not.toEqual(joined);
  });

  it("keep the commonest where there is a limit, and give unknown words what is known of them", () => {
    const reader = fitSubwords({ ...defaultSubwords, minTexts: 1, most: 20 }, texts);
    expect(reader.size).toBe(20);
    const again = new SubwordReader(reader.spec, reader.prints);
    const text = tokenized("Stonewalling 𐐷 x");
    for (let i = 0; i < 3; i++) expect(bagOf(again, text, i)).toEqual(bagOf(reader, text, i));
    expect(bagOf(again, tokenized("theme"), 0).length).toBeGreaterThan(0);
  });

  it("hold what streams say of a token beside its letters", () => {
    const streams = [Int32Array.of(0, 5, 0, 0), Int32Array.of(7, 0, 0, 0)];
    const [first] = texts;
    const reader = fitSubwords({ ...defaultSubwords, minTexts: 1 }, [{ ...first, streams }]);
    const plain = [0, 1, 2].map((i) => bagOf(reader, first, i));
    reader.read(first.text, first.tokens, streams);
    const [name, other, none] = [0, 1, 2].map((i) => [
      ...reader.ids.subarray(reader.offsets[i], reader.offsets[i + 1]),
    ]);
    expect([name.length, other.length]).toEqual([plain[0].length + 1, plain[1].length + 1]);
    expect(none).toEqual(plain[2]);
    // A value that training did not show is nothing.
    reader.read(first.text, first.tokens, [Int32Array.of(0, 6, 0, 0)]);
    expect(reader.offsets[2] - reader.offsets[1]).toBe(plain[1].length);
  });

  it("come back from bytes, and from no others", () => {
    const { prints } = fitSubwords({ ...defaultSubwords, minTexts: 1 }, texts);
    const bytes = writeSubwords(prints);
    expect(readSubwords(bytes)).toEqual(prints);
    for (const damaged of [bytes.subarray(1), bytes.subarray(0, 20), writeSubwords(Uint32Array.of(2, 2))])
      expect(() => readSubwords(damaged)).toThrow(/cannot be read/);
  });

  it("refuse lengths that cannot be read", () => {
    expect(() => fitSubwords({ ...defaultSubwords, characters: [3, 2] }, texts)).toThrow(/subwords of 3 to 2/);
    expect(() => fitSubwords({ ...defaultSubwords, characters: [1, 9] }, texts)).toThrow(/1 to 9/);
  });
});
