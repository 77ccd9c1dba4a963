import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leaksIn, redacted, redactSecrets, scratch } from "../../../test/contracts/made-documents.ts";
import { Fault } from "../../base/fault.ts";
import { html } from "./index.ts";

const folder = scratch();
const redact = async (source: string | Uint8Array, options = {}): ReturnType<typeof redacted> =>
  redacted(html, source, folder, { piece: 100, ...options });

describe("HTML", () => {
  test("a page keeps its shape, and no secret in any place of it", async () => {
    const page = `<!DOCTYPE html>
<html lang="en"><head><title>Letter of Jane Doe</title>
<meta name="author" content="Jane Doe"><style>.a::after { content: "Jane Doe" } /* Åsa Öberg */</style>
<script type="application/ld+json">{"name": "Jane Doe"}</script></head>
<body class="a" onload="greet('Jane Doe')" data-owner='{"n":"jane doe"}' id="jane-doe">
<!-- written by Jane Doe -->
<p title="Jane Doe">Dear <b>Ja</b>ne<i> D</i><a href="mailto:jane%2Edoe%40example.org?cc=a">o</a>e, and Jane
   Doe and J&#97;ne&nbsp;Doe, Ja&shy;ne Doe.</p>
<p hidden>4111<span>1111</span>11111111</p><textarea>Åsa
Öberg</textarea><noscript>Jane <em>Doe</em></noscript><template><p>Jane Doe</p></template>
<iframe srcdoc="<p>Jane Doe</p>" src="/people/jane-doe">Jane Doe</iframe>
<img alt="O'Hara &lt;x&gt;" src="jane_doe.png"><input value="4111111111111111" placeholder="a">
<svg><title>Jane Doe</title><text>Jane<tspan> Doe</tspan></text></svg>
<table><tr><td>Jane</td><td>Doe</td></tr></table>
<p title="x" title="Jane Doe">1 &lt; 2 &amp; 3</p jane.doe@example.org>
</body></html>`;
    const { text, bytes, told } = await redact(page);
    // "Jane" and "Doe" in cells of their own are two texts: the finder is asked about each.
    expect(leaksIn(Buffer.from(text.replace("<td>Jane</td><td>Doe</td>", "")))).toEqual([]);
    expect(text).toContain("<p title=\"[NAME]\">Dear <b>[NAME]</b><i></i><a href=\"mailto:%5BEMAIL%5D?cc=a\"></a>, and [NAME]"); // prettier-ignore
    expect(text).toContain('<p hidden="">[CARD]<span></span></p>');
    expect(text).toContain("1 &lt; 2 &amp; 3");
    expect(text).toMatch(/^<!DOCTYPE html><html lang="en">/);
    expect(told.dropped).toEqual(["comments: 1", "scripts and pages inside the page: 3"]);
    expect(leaksIn(Buffer.from(JSON.stringify(told)))).toEqual([]);
    expect(bytes.length).toBeGreaterThan(500);
  });

  test("what was found once goes wherever it stands, also where nobody would find it alone", async () => {
    const onlyInProse = async (text: string) => (text.startsWith("Dear") ? redactSecrets(text) : []);
    const source = `<p>Dear Jane Doe</p><a href="/jane-doe/x" name="Jane_Doe">her page</a><h1>JANE DOE</h1>`;
    const { text } = await redact(source, { redact: onlyInProse });
    expect(text).toBe(`<p>Dear [NAME]</p><a href="/[NAME]/x" name="[NAME]">her page</a><h1>[NAME]</h1>`);
  });

  test("a fragment stays a fragment, and names that tell are gone", async () => {
    const { text, told } = await redact(`<div jane.doe="1" x>a</div><jane-doe>b</jane-doe>From: <jane doe hidden>`);
    expect(text).toBe(`<div x="">a</div><span>b</span>From: <span></span>`);
    expect(told.dropped).toEqual(["attributes with a telling name: 3", "elements' telling names: 2"]);
  });

  test.each([`<img src="data:image/png;base64,AAAA">`, `<style>a{background:url('data:image/png;base64,AA')}</style>`])(
    "%s cannot be read: refused, or kept and listed",
    async (source) => {
      await expect(redact(source)).rejects.toMatchObject({ code: "document/unread" });
      expect((await redact(source, { unread: "keep" })).told.unread).toEqual(["data inside an address"]);
    },
  );

  test("few bytes that make many elements, and elements without end, are refused", async () => {
    const formats = Array.from({ length: 300 }, (_, i) => `<b id=${i}>`).join("");
    await expect(redact(`<p>${formats}${"</p><p>x".repeat(20_000)}`)).rejects.toMatchObject({
      code: "document/too-complex",
    });
    await expect(redact("<div>".repeat(100_000))).rejects.toMatchObject({ code: "document/too-complex" });
  });

  test("whatever the bytes, a page is redacted or refused, and what is written reads back clean", async () => {
    const word = fc.constantFrom("<", ">", "/", "p", "b", "style", "script", "textarea", "!--", "-->", " ", "=", '"', "'", "&", ";", "xmp", "svg", "title", "<![CDATA[", "]]>", "noscript", "template", "table", "Jane Doe", "jane", " doe"); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.string({ unit: word, maxLength: 40 })),
        async (b) => {
          try {
            const { text } = await redact(b);
            expect(await redactSecrets(text)).toEqual([]);
          } catch (error) {
            if (!(error instanceof Fault)) throw error;
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
