import fc from "fast-check";
import { expect, it } from "vitest";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

it("comes back as it was written, from any offset", () => {
  const named = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.float32Array({ maxLength: 20 }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(named, fc.string(), fc.nat(7), (arrays, fact, shift) => {
      const given = { facts: { fact }, arrays: new Map(Object.entries(arrays)) };
      const bytes = writeSnapshot(given);
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      expect(readSnapshot(moved.subarray(shift))).toEqual(given);
    }),
  );
});
