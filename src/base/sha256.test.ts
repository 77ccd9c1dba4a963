import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { digest256 } from "./sha256.ts";

it("is SHA-256 as Node has it, around every edge of a block and at any length", () => {
  const same = (bytes: Uint8Array): void => {
    expect(Buffer.from(digest256(bytes)).toString("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
  };
  for (let n = 0; n <= 130; n++) same(Uint8Array.from({ length: n }, (_, i) => (i * 37) & 255));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1000 }), same));
});
