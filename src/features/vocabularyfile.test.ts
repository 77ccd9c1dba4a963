import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultNgrams, fitNgrams, NgramEncoder } from "./ngram.ts";
import { readVocabulary, writeVocabulary } from "./vocabularyfile.ts";

describe("vocabulary as bytes", () => {
  const encoder = fitNgrams({ ...defaultNgrams, minDocuments: 1 }, ["a new card", "the old card", "lost"]);
  const bytes = writeVocabulary(encoder.vocabulary);

  it("comes back the same and encodes the same", () => {
    expect(bytes).toHaveLength(24 + encoder.size * 5);
    const again = readVocabulary(bytes);
    expect(again).toEqual(encoder.vocabulary);
    expect(new NgramEncoder(encoder.spec, again).encode("new card")).toEqual(encoder.encode("new card"));
  });

  it("is read from any offset", () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readVocabulary(shifted.subarray(3))).toEqual(encoder.vocabulary);
  });

  it("is refused when cut or filled with noise, and never otherwise fails", () => {
    expect(() => readVocabulary(bytes.subarray(1))).toThrow(/cannot be read/);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
        if (noise.length !== 24) expect(() => readVocabulary(noise)).toThrow(/cannot be read/);
      }),
    );
  });
});
