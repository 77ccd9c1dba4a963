import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parted, PARTS } from "./parts.ts";

const token = fc.array(fc.nat(1000), { maxLength: 300 });

describe("parted features", () => {
  it("each token's row holds its features, counted from 1, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 20 }), fc.nat(19), (tokens, skip) => {
        const ids = Int32Array.from(tokens.flat());
        const offsets = new Int32Array(tokens.length + 1);
        tokens.forEach((own, t) => (offsets[t + 1] = offsets[t] + own.length));
        const from = Math.min(skip, tokens.length - 1);
        const parts = parted(ids, offsets, from, tokens.length);
        const rows = PARTS.flatMap((name) => {
          const { data, dims } = parts[name];
          return Array.from({ length: dims[0] }, (_, r) => Array.from(data.subarray(r * dims[1], (r + 1) * dims[1])));
        });
        expect(parts.place.dims).toEqual([tokens.length - from]);
        expect(new Set(parts.place.data).size).toBe(tokens.length - from);
        tokens.slice(from).forEach((own, t) => {
          const row = rows[parts.place.data[t]];
          expect(row.slice(0, own.length)).toEqual(own.map((id) => id + 1));
          expect(row.slice(own.length).every((id) => id === 0)).toBe(true);
        });
      }),
      { numRuns: 50 },
    );
  });
});
