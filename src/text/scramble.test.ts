import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { scramble } from "./scramble.ts";

describe("scramble", () => {
  it("keeps length, case, digits as digits, spaces and marks of punctuation", () => {
    const text = "Frau Zoë O’Neill, geb. 03.04.1961 <zoe@mail.example>";
    const told = scramble(text, random(1, "test"));
    expect(told).toMatch(
      /^[A-Z][a-z]{3} [A-Z][a-z]{2} [A-Z]’[A-Z][a-z]{4}, [a-z]{3}\. \d\d\.\d\d\.\d{4} <[a-z]{3}@[a-z]{4}\.[a-z]{7}>$/,
    );
    for (const word of ["Frau", "Zoë", "Neill", "1961", "mail"]) expect(told).not.toContain(word);
  });

  it("has the source's length whatever stands in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(scramble(text, random(1, "test"))).toHaveLength(text.length);
      }),
    );
  });
});
