import domino from "@mixmark-io/domino";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markup, theirs } from "./markup.ts";

interface Parsed {
  querySelector(selector: string): { textContent: string; getAttribute(name: string): string; childNodes: unknown[] };
}

const parsed = (source: string): Parsed => domino.createDocument(source, true) as Parsed;

describe("markup", () => {
  it("lets no text become markup, in an element or in an attribute", () => {
    const clean = fc.string({ unit: "grapheme" }).filter((s) => ![...s].some((c) => c < " " || c === "\u007f"));
    fc.assert(
      fc.property(fc.oneof(clean, fc.constantFrom("<script>", "'\"><img src=x>", "&lt;", "</title>")), (text) => {
        const page = parsed(markup`<p title="${text}">${text}</p>`.source);
        expect(page.querySelector("p").textContent).toBe(text);
        expect(page.querySelector("p").getAttribute("title")).toBe(text);
        expect(page.querySelector("p").childNodes.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("shows control characters instead of passing them on, and keeps lines and tabs", () => {
    expect(markup`${"a\u0000b\u001bc\nd\te"}`.source).toBe("a\ufffdb\ufffdc\nd\te");
  });

  it("keeps the writing direction of other people's words inside", () => {
    expect(theirs("\u202eabc").source).toBe("<bdi>\u202eabc</bdi>");
  });

  it("joins lists, and leaves out what is not there", () => {
    expect(markup`<i>${[1, markup`<b>${"&"}</b>`, null, undefined]}</i>`.source).toBe("<i>1<b>&amp;</b></i>");
  });
});
