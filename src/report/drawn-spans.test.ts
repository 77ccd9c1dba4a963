import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawnSpans } from "./drawn-spans.ts";

const text = "Pay Ada <b>Lovelace</b> 12 EUR by May";
const at = (words: string, label: string) => {
  const start = text.indexOf(words);
  return { start, end: start + words.length, label };
};

/** What is read without the words beside the marks. */
function bare(source: string): string {
  return source
    .replaceAll(/<small class="tag">.*?<\/small>/g, "")
    .replaceAll(/<\/?(?:bdi|mark)[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

describe("spans drawn into their text", () => {
  it("tells what was found, missed, marked without need, and taken for something else", () => {
    const wanted = [at("Ada", "name"), at("12 EUR", "total"), at("May", "due")];
    const found = [at("Ada", "name"), at("<b>", "tax"), at("12", "total"), at("May", "name")];
    const { source } = drawnSpans(text, wanted, found);
    expect(source).toContain(`<mark class="right">Ada</mark><small class="tag"><bdi>name</bdi></small>`);
    expect(source).toContain(`<mark class="stray">&lt;b&gt;</mark><small class="tag">stray <bdi>tax</bdi></small>`);
    expect(source).toContain(`<mark class="right">12</mark><small class="tag"><bdi>total</bdi> in part</small>`);
    expect(source).toContain(`<mark class="missed"> EUR</mark><small class="tag">missed <bdi>total</bdi></small>`);
    expect(source).toContain(
      `<mark class="taken">May</mark><small class="tag"><bdi>due</bdi> taken for <bdi>name</bdi></small>`,
    );
  });

  it("changes nothing of the text, whatever is drawn", () => {
    const spans = fc
      .uniqueArray(fc.nat(text.length), { maxLength: 6 })
      .map((ends) => ends.sort((a, b) => a - b))
      .map((ends) =>
        Array.from({ length: Math.floor(ends.length / 2) }, (_, i) => ({
          start: ends[2 * i],
          end: ends[2 * i + 1],
          label: i % 2 === 0 ? "a" : "b",
        })),
      );
    fc.assert(
      fc.property(spans, spans, fc.nat(text.length), fc.nat(text.length), (wanted, found, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(bare(drawnSpans(text, wanted, found, [from, to]).source)).toBe(text.slice(from, to));
      }),
    );
  });
});
