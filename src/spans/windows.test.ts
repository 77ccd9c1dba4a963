import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stitch, tokenWindows } from "./windows.ts";

const sizes = fc
  .tuple(fc.nat(400), fc.integer({ min: 1, max: 64 }), fc.nat(63))
  .map(([n, window, shared]) => ({ n, window, overlap: Math.min(shared, window - 1) }));

describe("tokenWindows", () => {
  it("covers every token, in windows that are even, no longer than asked and share what was asked", () => {
    fc.assert(
      fc.property(sizes, ({ n, window, overlap }) => {
        const windows = tokenWindows(n, window, overlap);
        if (n === 0) {
          expect(windows).toEqual([]);
          return;
        }
        expect(windows[0].first).toBe(0);
        expect(windows.at(-1)?.end).toBe(n);
        const lengths = new Set(windows.map(({ first, end }) => end - first));
        expect(lengths.size).toBe(1);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(window);
        windows.slice(1).forEach(({ first }, i) => {
          expect(first).toBeGreaterThan(windows[i].first);
          expect(windows[i].end - first).toBeGreaterThanOrEqual(overlap);
        });
      }),
    );
  });

  it("refuses windows that cannot go forward", () => {
    expect(() => tokenWindows(10, 8, 8)).toThrow(/windows of 8 tokens that share 8/);
    expect(() => tokenWindows(10, 2.5, 1)).toThrow(/cannot be made/);
  });
});

describe("stitch", () => {
  it("takes every token from a window in which no other shows more of its scarcer side", () => {
    fc.assert(
      fc.property(sizes, ({ n, window, overlap }) => {
        const windows = tokenWindows(n, window, overlap);
        // Emissions that say which window and token they are of.
        const emissions = windows.map(({ first, end }, w) =>
          Float32Array.from({ length: 2 * (end - first) }, (_, i) => (i % 2 === 0 ? w : first + (i >> 1))),
        );
        const stitched = stitch(windows, emissions, 2);
        expect(stitched).toHaveLength(2 * n);
        const depth = (w: number, i: number): number =>
          Math.min(
            windows[w].first === 0 ? Infinity : i - windows[w].first,
            windows[w].end === n ? Infinity : windows[w].end - 1 - i,
          );
        for (let i = 0; i < n; i++) {
          expect(stitched[2 * i + 1]).toBe(i);
          const taken = stitched[2 * i];
          const best = Math.max(
            ...windows.flatMap(({ first, end }, w) => (first <= i && i < end ? [depth(w, i)] : [])),
          );
          expect(depth(taken, i)).toBe(best);
        }
      }),
    );
  });

  it("gives the emissions of one window back as they are", () => {
    const emissions = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(stitch(tokenWindows(2, 8, 2), [emissions], 3)).toEqual(emissions);
  });
});
