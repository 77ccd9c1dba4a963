import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murmur3 } from "../base/hash.ts";
import { rowOf, selectRows } from "./csr.ts";
import { GramReader } from "./grams.ts";
import { defaultNgrams, fitNgrams, NgramEncoder, ngramsFor, type NgramSpec } from "./ngram.ts";
import { countDocuments } from "./vocabulary.ts";

const spec: NgramSpec = { ...defaultNgrams, minDocuments: 1, most: 1000 };
const texts = ["Where is my card?", "my card is lost", "the card machine", "lost lost lost"];

/** The n-gram as the doc comment states it: murmur3 of its code points as little-endian words. */
function printOf(gram: string, seed: number): number {
  const codes = Uint32Array.from([...gram], (c) => c.codePointAt(0) as number);
  return murmur3(new Uint8Array(codes.buffer), seed);
}

describe("GramReader", () => {
  it("reads words first, then characters within pieces, as MurmurHash3 of their code points", () => {
    const reader = new GramReader({ lower: true, words: [1, 2], characters: [2, 3] });
    reader.read("Hi, \u00c9a!");
    const words = ["hi", "hi \u00e9a", "\u00e9a"];
    const characters = [
      " h",
      " hi",
      "hi",
      "hi,",
      "i,",
      "i, ",
      ", ",
      " \u00e9",
      " \u00e9a",
      "\u00e9a",
      "\u00e9a!",
      "a!",
      "a! ",
      "! ",
    ];
    expect([...reader.prints.subarray(0, reader.words)]).toEqual(words.map((w) => printOf(w, 0x776f7264)));
    expect([...reader.prints.subarray(reader.words, reader.length)]).toEqual(
      characters.map((c) => printOf(c, 0x63686172)),
    );
  });

  it("gives the fingerprints it has always given", () => {
    const reader = new GramReader({ lower: true, words: [1, 1], characters: null });
    reader.read("card \u6771\u4eac na\u00efve");
    expect([...reader.prints.subarray(0, reader.length)]).toMatchInlineSnapshot(`
      [
        861303121,
        860873863,
        4161266535,
        1417058403,
      ]
    `);
  });

  it("refuses a spec that makes nothing", () => {
    expect(() => new GramReader({ lower: true, words: null, characters: null })).toThrow(/cannot be made/);
    expect(() => new GramReader({ lower: true, words: [2, 1], characters: null })).toThrow(/cannot be made/);
  });
});

describe("countDocuments", () => {
  it("counts texts, not occurrences, and keeps the most frequent with ties by fingerprint", () => {
    const reader = new GramReader({ lower: true, words: [1, 1], characters: null });
    const all = countDocuments(reader, texts, { minDocuments: 1, most: 100 });
    const of = (word: string): number => all.counts[all.prints.indexOf(printOf(word, 0x776f7264))];
    expect([of("card"), of("lost"), of("is"), of("machine")]).toEqual([3, 2, 2, 1]);
    expect([...all.prints]).toEqual([...all.prints].sort((a, b) => a - b));
    const few = countDocuments(reader, texts, { minDocuments: 1, most: 1 });
    expect([...few.prints]).toEqual([printOf("card", 0x776f7264)]);
  });

  it("lets the rarest go when too many are held, and keeps what is frequent", () => {
    const reader = new GramReader({ lower: true, words: [1, 1], characters: null });
    const many = Array.from({ length: 500 }, (_, i) => `always w${i} w${i + 1}`);
    const found = countDocuments(reader, many, { minDocuments: 1, most: 1000 }, 50);
    expect(found.prints).toContain(printOf("always", 0x776f7264));
    expect(found.prints.length).toBeLessThan(120);
  });
});

describe("ngramsFor", () => {
  it("lets go of n-grams of one text once there are many", () => {
    expect([ngramsFor(500).minDocuments, ngramsFor(10_000).minDocuments]).toEqual([1, 2]);
  });
});

describe("NgramEncoder", () => {
  const encoder = fitNgrams(spec, texts);

  it("weighs like TF-IDF with sublinear counts, each family of length one", () => {
    const { vocabulary } = encoder;
    const wordsOnly = fitNgrams({ ...spec, characters: null }, texts);
    const row = wordsOnly.encode("lost lost card");
    const idf = (documents: number): number => Math.log(5 / (1 + documents)) + 1;
    const expected = { lost: (1 + Math.LN2) * idf(2), card: idf(3), "lost lost": idf(1) };
    const norm = Math.hypot(...Object.values(expected));
    for (const [gram, weight] of Object.entries(expected)) {
      const id = wordsOnly.vocabulary.prints.indexOf(printOf(gram, 0x776f7264));
      expect(row.weights[row.ids.indexOf(id)]).toBeCloseTo(weight / norm, 2);
    }
    expect(vocabulary.prints.length).toBe(encoder.size);
  });

  it("gives the row it has always given", () => {
    const { ids, weights } = encoder.encode("Lost card");
    expect([...ids].map((id, i) => `${id}:${weights[i].toFixed(6)}`).join(" ")).toMatchInlineSnapshot(
      `"1:0.156264 4:0.156264 9:0.193075 18:0.629114 19:0.156264 21:0.193075 22:0.156264 23:0.156264 25:0.193075 31:0.193075 32:0.193075 38:0.156264 44:0.156264 46:0.156264 48:0.193075 50:0.777313 51:0.193075 52:0.156264 54:0.156264 56:0.193075 57:0.156264 63:0.193075 69:0.193075 72:0.193075 81:0.193075 87:0.156264 91:0.156264 94:0.193075 98:0.193075 101:0.193075 104:0.193075 108:0.193075 111:0.156264 113:0.156264"`,
    );
  });

  it("gives rising ids below size, two unit families, and the same row twice, for any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), fc.constantFrom(...texts), (noise, known) => {
        const { ids, weights } = encoder.encode(`${noise} ${known}`);
        for (let i = 1; i < ids.length; i++) expect(ids[i]).toBeGreaterThan(ids[i - 1]);
        expect(ids.at(-1) ?? 0).toBeLessThan(encoder.size);
        expect(weights.reduce((sum, w) => sum + w * w, 0)).toBeCloseTo(2, 5);
        expect(encoder.encode(`${noise} ${known}`)).toEqual({ ids, weights });
      }),
    );
  });

  it("gives an empty row for a text it knows nothing of", () => {
    expect(encoder.encode("")).toEqual({ ids: new Int32Array(0), weights: new Float32Array(0) });
    expect(encoder.encode("zzz").ids).toHaveLength(0);
  });

  it("encodes many as it encodes one", () => {
    const matrix = encoder.encodeAll(texts);
    texts.forEach((text, r) => expect(rowOf(matrix, r)).toEqual(encoder.encode(text)));
    expect(rowOf(selectRows(matrix, [2, 0]), 1)).toEqual(encoder.encode(texts[0]));
  });

  it("refuses a vocabulary with a fingerprint twice", () => {
    const twice = { prints: Uint32Array.of(5, 5), idf: new Uint8Array(2), low: 1, step: 0 };
    expect(() => new NgramEncoder(spec, twice)).toThrow(/2 fingerprints holds 1/);
  });
});
