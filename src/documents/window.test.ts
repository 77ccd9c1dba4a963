import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Redact } from "./document.ts";
import { ask, replaceIn } from "./replace.ts";
import { throughWindows } from "./window.ts";

/** Finds S and three to nine digits as a word: what it finds depends on ten units and one neighbour each side. */
const secrets: Redact = async (text) =>
  [...text.matchAll(/(?<!\p{L}|\p{N})S\d{3,9}(?!\p{L}|\p{N})/gu)].map((m) => ({
    start: m.index,
    end: m.index + m[0].length,
    label: "SECRET",
    replacement: "[SECRET]",
  }));

async function* pieces(text: string, size: number): AsyncIterable<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function inWindows(text: string, piece: number, size: number): Promise<{ text: string; removed: string[] }> {
  let out = "";
  const removed: string[] = [];
  for await (const done of throughWindows(pieces(text, piece), secrets, { size, before: 12, after: 14 })) {
    out += done.text;
    removed.push(...done.replacements.map(({ start, end }) => text.slice(start, end)));
  }
  return { text: out, removed };
}

const unit = fc.constantFrom("S1234", "S123456789", "S12", "S", "7", " ", "\n", "\n\n", ",", "é", "🙂", "S1234S1234");

describe("through windows", () => {
  test("a text is redacted as if read at once, whatever the windows and the pieces it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(unit, { maxLength: 80 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 40, max: 90 }),
        async (units, piece, size) => {
          const text = units.join("");
          const atOnce = await secrets(text);
          const found = await inWindows(text, piece, size);
          expect(found.text).toBe(replaceIn(text, atOnce));
          expect(found.removed).toEqual(atOnce.map(({ start, end }) => text.slice(start, end)));
        },
      ),
      { numRuns: 400 },
    );
  });

  test("what is longer than a window still goes", async () => {
    const all: Redact = async (text) => [{ start: 0, end: text.length, label: "ALL", replacement: "#" }];
    let out = "";
    for await (const done of throughWindows(pieces("x".repeat(500), 7), all, { size: 40, before: 12, after: 14 }))
      out += done.text;
    expect(out).toMatch(/^#+$/);
  });
});

describe("ask", () => {
  test("sees through characters that nobody sees, and takes them out with what they stood in", async () => {
    const text = "see S\u00ad12\u200b34 there\u00ad";
    expect(replaceIn(text, await ask(text, secrets))).toBe("see [SECRET] there\u00ad");
  });

  test.each([
    [[{ start: 0, end: 9, label: "A", replacement: "" }]],
    [[{ start: 2, end: 2, label: "A", replacement: "" }]],
    [[{ start: 1, end: 3, label: "A", replacement: "" }]],
    [
      [
        { start: 0, end: 2, label: "A", replacement: "" },
        { start: 1, end: 3, label: "A", replacement: "" },
      ],
    ],
  ])("refuses what is no stretch of the text: %j", async (wrong) => {
    await expect(ask("ab🙂", async () => wrong)).rejects.toMatchObject({ code: "document/replacements" });
  });
});
