import fc from "fast-check";
import { expect, it } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";

it("says what Node says, goes both ways, and knows what is no base64", () => {
  const both = (bytes: Uint8Array): void => {
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    expect(fromBase64(toBase64(bytes))).toEqual(Uint8Array.from(bytes));
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), both));
  both(Uint8Array.from({ length: 30_001 }, (_, i) => (i * 31) & 255));
  for (const bad of ["a", "a*b=", "====", "\u1234"]) expect(fromBase64(bad)).toBeUndefined();
});
