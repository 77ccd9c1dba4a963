import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tokenizer, trainTokenizer } from "./tokenizer.ts";

const texts = [
  "My card has not arrived yet.",
  "When will my new card arrive?",
  "The card machine swallowed my card!",
  "I am still waiting on my card",
  "the waiting is long, the card is lost",
  "café naïve café",
];
const tokenizer = trainTokenizer(texts, { vocabulary: 400, lower: true });

function pieces(t: Tokenizer, text: string): string[] {
  const { ids, starts, ends } = t.encode(text);
  return Array.from(ids, (_, i) => text.slice(starts[i], ends[i]));
}

describe("tokenizer", () => {
  it("learns the words of the task", () => {
    expect(pieces(tokenizer, "My card is waiting.")).toEqual(["My", "card", "is", "waiting", "."]);
    expect(tokenizer.size).toBeLessThanOrEqual(400);
  });

  it("tells a word's beginning from its inside, and folds case", () => {
    const whole = Array.from(tokenizer.encode("card").ids);
    expect(Array.from(tokenizer.encode("CARD").ids)).toEqual(whole);
    expect(Array.from(tokenizer.encode("x-card").ids).slice(-whole.length)).not.toEqual(whole);
  });

  it("falls back on bytes: no character is dropped", () => {
    const emoji = tokenizer.encode("card 🙈");
    expect(Array.from(emoji.ids.slice(-4))).toEqual([...new TextEncoder().encode("🙈")].map((byte) => byte + 1));
    expect([emoji.starts.at(-1), emoji.ends.at(-1)]).toEqual([5, 7]);
  });

  it("is a function of texts and options, and lives in its spec", () => {
    const again = trainTokenizer([...texts], { vocabulary: 400, lower: true });
    expect(again.spec).toEqual(tokenizer.spec);
    const revived = new Tokenizer(JSON.parse(JSON.stringify(tokenizer.spec)) as typeof tokenizer.spec);
    expect(revived.encode("waiting for the card")).toEqual(tokenizer.encode("waiting for the card"));
  });

  it("law: offsets never fall, lie inside the text, and cover every visible character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const { ids, starts, ends } = tokenizer.encode(text);
        const lawful = Array.from(ids, (id, i) => {
          const known = id > 0 && id < tokenizer.size;
          return known && starts[i] >= (starts[i - 1] ?? 0) && ends[i] <= text.length && ends[i] >= starts[i];
        });
        expect(lawful).not.toContain(false);
      }),
    );
    for (const text of texts) {
      const { ids, starts, ends } = tokenizer.encode(text);
      // The bytes of one character share its place.
      const places = new Map(Array.from(ids, (_, i) => [starts[i], text.slice(starts[i], ends[i])]));
      expect([...places.values()].join("")).toBe(text.replaceAll(" ", ""));
    }
  });

  it("reads ten thousand letters without a space in time", () => {
    expect(tokenizer.encode("card".repeat(2500)).ids.length).toBeGreaterThan(1000);
  });

  it("refuses a vocabulary that cannot be", () => {
    expect(() => trainTokenizer(texts, { vocabulary: 10, lower: true })).toThrow(/10 ids/);
  });
});
