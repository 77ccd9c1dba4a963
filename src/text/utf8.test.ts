import fc from "fast-check";
import { expect, test } from "vitest";
import { findInvalid } from "./utf8.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a byte put into UTF-8 text is found, with its line", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "é", "€", "🙂", " ") });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.constantFrom(0x80, 0xc0, 0xff), (lines, byte) => {
      const before = utf8(lines.join("\n"));
      const bytes = Uint8Array.of(...before, byte, ...utf8("after\n"));
      expect(findInvalid(bytes)).toEqual({ line: lines.length, offset: before.length });
    }),
  );
});

test("a character that breaks off is found at its first byte", () => {
  expect(findInvalid(utf8("a\nb🙂").subarray(0, 6))).toEqual({ line: 2, offset: 3 });
});
