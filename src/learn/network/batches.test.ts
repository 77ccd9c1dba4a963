import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { batches } from "./batches.ts";

describe("batches", () => {
  it("holds every row once, in batches of the size asked, the same for the same stream", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (lengths, size) => {
        const cut = batches(lengths, size, random(1, "a"));
        expect(cut.flatMap((b) => [...b]).sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        expect(cut).toHaveLength(Math.ceil(lengths.length / size));
        expect(batches(lengths, size, random(1, "a"))).toEqual(cut);
      }),
    );
  });

  it("brings rows of like length together", () => {
    const stream = random(2, "lengths");
    const lengths = Array.from({ length: 640 }, () => stream.below(100));
    const padded = batches(lengths, 10, random(1, "b")).reduce((sum, batch) => {
      const each = [...batch].map((r) => lengths[r]);
      return sum + Math.max(...each) * each.length - each.reduce((a, b) => a + b);
    }, 0);
    expect(padded).toBeLessThan(0.15 * lengths.reduce((a, b) => a + b));
  });

  it("gives other batches in another epoch", () => {
    const lengths = new Float64Array(100);
    expect(batches(lengths, 10, random(1, "batches 1"))).not.toEqual(batches(lengths, 10, random(1, "batches 2")));
  });
});
