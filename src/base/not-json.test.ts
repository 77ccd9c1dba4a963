import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notJson } from "./not-json.ts";

function reasonOf(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return notJson(error);
  }
  return "";
}

describe("why a text is no JSON", () => {
  it("is told without a word of it", () => {
    for (const text of [
      '{"text": Ada Byron}',
      `{"text": "${"x".repeat(40)} Ada Byron" Ada "Byron"}`,
      "Ada Byron",
      '{"Ada',
    ]) {
      expect(reasonOf(text)).toMatch(/^(Unexpected|Expected|Unterminated)/);
      expect(reasonOf(text)).not.toMatch(/Ada|Byron/);
    }
    expect(notJson("no error at all")).toBe("it cannot be read");
  });

  it("holds no run of the text's own characters, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("ϟ", "Ϟ", '"', "{", ":", ","), { maxLength: 30 }), (parts) => {
        expect(reasonOf(parts.join(""))).not.toMatch(/[ϟϞ]{2}/);
      }),
    );
  });
});
