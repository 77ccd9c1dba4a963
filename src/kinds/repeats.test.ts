import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../spans/span.ts";
import { withRepeats } from "./repeats.ts";

const at = (text: string, value: string, label: string): Span => {
  const start = text.indexOf(value);
  return { start, end: start + value.length, label };
};

describe("values that were found, wherever else they stand", () => {
  const said = (text: string, spans: Span[]): string[] =>
    withRepeats(spans, text).map(({ start, end, label }) => `${start} ${text.slice(start, end)} ${label}`);

  it("are marked whole, in the same case, as words of their own", () => {
    const text = "no. H440172, again H440172 and XH440172, h440172";
    expect(said(text, [at(text, "H440172", "ID")])).toEqual(["4 H440172 ID", "19 H440172 ID"]);
  });

  it("of names, word by word; of nothing else", () => {
    const text = "Merle Church of Tannery Row came. Church, Merle; the church in Tannery";
    expect(said(text, [at(text, "Merle Church", "NAME"), at(text, "Tannery Row", "ADDRESS")])).toEqual([
      "0 Merle Church NAME",
      "16 Tannery Row ADDRESS",
      "34 Church NAME",
      "42 Merle NAME",
    ]);
    expect(said("Jo saw Jo", [at("Jo saw Jo", "Jo", "NAME")])).toEqual(["0 Jo NAME"]);
  });

  it("leave every span as it was, and none overlaps another", () => {
    const words = fc.array(fc.constantFrom("Anna", "Bell", "Carl Bell", "Anna Bell", "dell"), { maxLength: 12 });
    fc.assert(
      fc.property(words, fc.array(fc.boolean(), { maxLength: 12 }), (parts, marked) => {
        const text = parts.join(" ");
        let from = 0;
        const spans = parts.flatMap((part, i) => {
          const span = { start: from, end: from + part.length, label: "NAME" };
          from = span.end + 1;
          return marked[i] ? [span] : [];
        });
        const all = withRepeats(spans, text);
        for (const span of spans) expect(all).toContainEqual(span);
        all.forEach(({ start }, i) => i > 0 && expect(start).toBeGreaterThanOrEqual(all[i - 1].end));
      }),
    );
  });
});
