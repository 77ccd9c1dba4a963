import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenly } from "./evenly.ts";

describe("evenly spaced ones", () => {
  it("are all where there are no more than asked", () => {
    expect(evenly([], 3)).toEqual([]);
    expect(evenly(["a", "b", "c"], 3)).toEqual(["a", "b", "c"]);
    expect(evenly(["a", "b"], 3)).toEqual(["a", "b"]);
  });

  it("reach from the first to near the last, in order", () => {
    expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
  });

  it("are as many as asked, none twice, gaps differing by one at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }), (n, most) => {
        const taken = evenly(
          Array.from({ length: n }, (_, i) => i),
          most,
        );
        expect(taken).toHaveLength(Math.min(n, most));
        expect(taken[0]).toBe(0);
        const gaps = taken.slice(1).map((at, i) => at - taken[i]);
        expect(gaps.every((gap) => gap >= 1)).toBe(true);
        if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
