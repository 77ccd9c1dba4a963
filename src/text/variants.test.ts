import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { misspell } from "./typos.ts";
import { areEnglish, variants, vary } from "./variants.ts";

const text = "Hello, the parcel (no. 1,250.00) hasn't arrived! I'm waiting since Monday.\nPlease help.";
const of = (name: string, source = text): string => {
  const variant = variants.find((v) => v.name === name);
  if (variant === undefined) throw new Error(name);
  return vary(variant, source, 1);
};

describe("variants", () => {
  it("are functions of text and seed, and never leave nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (source, seed) => {
        for (const variant of variants) {
          const made = vary(variant, source, seed);
          expect(made).toBe(vary(variant, source, seed));
          if (source.trim() !== "") expect(made.trim(), variant.name).not.toBe("");
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it("change what they say they change", () => {
    expect(of("case=upper", "Grüße")).toBe("GRÜSSE");
    expect(of("case=lower", "Hello YOU")).toBe("hello you");
    expect(of("punctuation=none")).toBe("Hello the parcel no 125000 hasnt arrived Im waiting since Monday Please help");
    expect(of("punctuation=none", "one,two…three")).toBe("one two three");
    expect(of("length=first sentence")).toBe("Hello, the parcel (no. 1,250.00) hasn't arrived!".slice(0, 22));
    expect(of("length=first sentence", "one line\nanother")).toBe("one line");
    expect(of("register=telegraphic")).toBe("Hello, parcel (no. 1,250.00) hasn't arrived! waiting since Monday. help.");
    expect(of("register=polite")).toContain(text);
    expect(of("length=doubled").length).toBeGreaterThanOrEqual(2 * text.length);
    expect(of("length=doubled")).toContain(text);
  });

  it("leave a text alone of which nothing would be left", () => {
    expect(of("punctuation=none", "?!")).toBe("?!");
    expect(of("register=telegraphic", "it is")).toBe("it is");
  });

  it("mistype at the rate that they state", () => {
    const long = "keyboard ".repeat(4000);
    for (const rate of [0.02, 0.1]) {
      let slips = 0;
      // One word at a time: the share of words that stay right is (1 − rate)⁸, doubled letters and swaps aside.
      const stream = random(1, "typos");
      for (let i = 0; i < 4000; i++) if (misspell("keyboard", rate, stream) !== "keyboard") slips++;
      expect(slips / 4000).toBeGreaterThan(1 - (1 - rate) ** 8 - 0.04);
      expect(slips / 4000).toBeLessThan(1 - (1 - rate) ** 8 + 0.02);
    }
    expect(misspell(long, 0, random(1, "none"))).toBe(long);
  });

  it("know whether texts are English", () => {
    expect(areEnglish(["where is my parcel", "I lost the card", "Rechnung"])).toBe(true);
    expect(areEnglish(["wo bleibt mein Paket", "am Montag war so was in der Post", "ok"])).toBe(false);
  });
});
