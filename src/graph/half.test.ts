import { describe, expect, it } from "vitest";
import { fromHalf, toHalf } from "./half.ts";

describe("half precision", () => {
  it("brings every half back through a number", () => {
    for (let word = 0; word < 0x10000; word++) {
      const value = fromHalf(word);
      if (Number.isNaN(value)) expect(fromHalf(toHalf(value))).toBeNaN();
      else expect(toHalf(value)).toBe(word);
    }
  });

  it("rounds to the nearest, and halfway to the even one", () => {
    for (let word = 0; word < 0x7bff; word += 7) {
      const [low, high] = [fromHalf(word), fromHalf(word + 1)];
      const middle = (low + high) / 2;
      expect(toHalf(middle)).toBe(word % 2 === 0 ? word : word + 1);
      expect(toHalf(low + (high - low) * 0.49)).toBe(word);
      expect(toHalf(low + (high - low) * 0.51)).toBe(word + 1);
      expect(toHalf(-middle)).toBe(0x8000 | toHalf(middle));
    }
  });

  it("knows the ends of its range", () => {
    expect([65504, 65519, 65520, 1e9, Infinity, -Infinity, 2 ** -25, 2 ** -24, 1e-9].map(toHalf)).toEqual([
      0x7bff, 0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00, 0, 1, 0,
    ]);
  });
});
