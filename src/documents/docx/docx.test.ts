import fc from "fast-check";
import { strFromU8, unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { body, madeDocx, paragraph, relationships } from "../../../test/contracts/made-docx.ts";
import { leaksIn, redacted, scratch } from "../../../test/contracts/made-documents.ts";
import { Fault } from "../../base/fault.ts";
import { docx } from "./index.ts";

const folder = scratch();
const redact = async (source: Uint8Array, options = {}): ReturnType<typeof redacted> =>
  redacted(docx, source, folder, { piece: 1 << 16, ...options });
const partsOf = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]));

const everywhere = madeDocx({
  "word/document.xml": body(
    [
      paragraph("Dear ", "Ja", "ne D", "oe", ", card 4111 "),
      `<w:p><w:r><w:t>Jane</w:t><w:tab/><w:t>Doe</w:t><w:br/><w:t>Åsa</w:t><w:br/><w:t>Öberg</w:t></w:r></w:p>`,
      `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>O'Hara &lt;x&gt;</w:t></w:r></w:p>`,
      `<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText> HYPERLINK "mailto:jane.</w:instrText></w:r><w:r><w:instrText>doe@example.org" </w:instrText><w:t>mail</w:t></w:r><w:fldSimple w:instr=" AUTHOR Jane Doe "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>`,
      `<w:p><w:ins w:author="Jane Doe" w:date="2020-01-01T00:00:00Z"><w:r><w:t>put in by Ja</w:t></w:r></w:ins><w:del w:author="Jane Doe"><w:r><w:delText>Jane Doe struck</w:delText></w:r></w:del><w:r><w:t>ne Doe</w:t></w:r></w:p>`,
      `<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>said</w:t></w:r><w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r></w:p>`,
      `<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wp:anchor><wp:positionH><wp:posOffset>4111111</wp:posOffset></wp:positionH><wp:docPr id="1" name="Jane Doe" descr="photo of Jane Doe" title="Åsa Öberg"/><w:txbxContent>${paragraph("box of Jane ", "Doe")}</w:txbxContent></wp:anchor></mc:Choice><mc:Fallback><v:shape alt="Jane Doe"><v:textpath string="Jane Doe"/></v:shape></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
      `<w:sdt><w:sdtPr><w:alias w:val="Jane Doe"/><w:tag w:val="jane_doe"/><w:dataBinding w:xpath="/Jane Doe"/><w:comboBox><w:listItem w:displayText="Jane Doe" w:value="jane.doe@example.org"/></w:comboBox></w:sdtPr><w:sdtContent>${paragraph("Jane Doe")}</w:sdtContent></w:sdt>`,
      `<w:p><w:bookmarkStart w:id="2" w:name="Jane_Doe"/><w:hyperlink r:id="rId5" w:anchor="Jane_Doe" w:tooltip="Jane Doe"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:customXml w:element="JaneX"><w:customXmlPr><w:attr w:name="n" w:val="Jane Doe"/></w:customXmlPr><w:r><w:t>kept</w:t></w:r></w:customXml></w:p>`,
      `<w:p><w:r w:other="Jane Doe"><w:t><![CDATA[Jane]]> Doe</w:t></w:r></w:p>`,
    ].join(""),
  ),
  "word/_rels/document.xml.rels": relationships({
    rId1: ["comments", "comments.xml"],
    rId2: ["footnotes", "footnotes.xml"],
    rId3: ["customXml", "../customXml/item1.xml"],
    rId4: ["image", "file:///C:/Users/Jane%20Doe/x.png", true],
    rId5: ["hyperlink", "mailto:jane%2Edoe@example.org?subject=Jane%20Doe", true],
    rId6: ["settings", "settings.xml"],
  }),
  "word/comments.xml": body(paragraph("Jane Doe said"), "comments"),
  "word/people.xml": body("", "people").replace("people ", 'people w:author="Jane Doe" '),
  "word/header1.xml": body(paragraph("Jane", " ", "Doe"), "hdr"),
  "word/footer1.xml": body(paragraph("jane.doe", "@example.org"), "ftr"),
  "word/footnotes.xml": body(`<w:footnote>${paragraph("4111111111111111")}</w:footnote>`, "footnotes"),
  "word/settings.xml": body(
    `<w:attachedTemplate r:id="x"/><w:rsids><w:rsid w:val="4111"/></w:rsids><w:docVars><w:docVar w:name="n" w:val="Jane Doe"/></w:docVars><w:zoom w:percent="100"/>`,
    "settings",
  ),
  "word/_rels/settings.xml.rels": relationships({
    x: ["attachedTemplate", "file:///C:/Users/Jane%20Doe/n.dotm", true],
  }),
  "word/charts/chart1.xml": `<c:chart xmlns:c="c"><c:v>Jane Doe</c:v><c:v>4111111111111111</c:v><c:f>Sheet1!$A$1</c:f></c:chart>`,
  "docProps/core.xml": "<core><creator>Jane Doe</creator></core>",
  "docProps/app.xml": "<app><Manager>Jane Doe</Manager></app>",
  "docProps/custom.xml": "<p>Jane Doe</p>",
  "docProps/thumbnail.jpeg": "Jane Doe",
  "customXml/item1.xml": "<x>Jane Doe</x>",
  "customXml/_rels/item1.xml.rels": relationships({}),
});

describe("DOCX", () => {
  test("no secret in any part of it, read in any way, and the rest as it was", async () => {
    const { bytes, told } = await redact(everywhere);
    expect(leaksIn(bytes)).toEqual([]);
    const parts = partsOf(bytes);
    for (const [name, content] of Object.entries(parts))
      expect([name, leaksIn(Buffer.from(content))]).toEqual([name, []]);
    expect(Object.keys(parts)[0]).toBe("[Content_Types].xml");
    expect(Object.keys(parts).filter((name) => /docProps|customXml|comments|people/.test(name))).toEqual([]);
    const text = parts["word/document.xml"];
    const bold = (t: string, preserve: boolean): string =>
      `<w:r><w:rPr><w:b/></w:rPr><w:t${preserve ? ' xml:space="preserve"' : ""}>${t}</w:t></w:r>`;
    expect(text).toContain(
      `<w:p>${bold("Dear ", false)}${bold("[NAME]", true)}${bold("", true)}${bold("", true)}${bold(", card 4111 ", false)}</w:p>`,
    );
    expect(text).toContain(`<w:t xml:space="preserve">put in by [NAME]</w:t>`);
    expect(text).toContain(`<wp:posOffset>4111111</wp:posOffset>`);
    expect(text).toContain(`<w:bookmarkStart w:id="2" w:name="_NAME_"/><w:hyperlink r:id="rId5" w:anchor="_NAME_"`);
    expect(text).toContain("<w:t>kept</w:t>");
    expect(parts["word/settings.xml"]).toContain(`<w:zoom w:percent="100"/></w:settings>`);
    expect(parts["word/_rels/document.xml.rels"]).toContain('Target="mailto:%5BEMAIL%5D?subject=%5BNAME%5D"');
    expect(parts["word/_rels/document.xml.rels"]).not.toMatch(/comments|customXml/);
    expect(parts["[Content_Types].xml"]).not.toMatch(/comments|customXml|docProps/);
    expect(told.dropped).toContain("tracked deletions: 1");
    expect(leaksIn(Buffer.from(JSON.stringify(told)))).toEqual([]);
  });

  test("the same document twice gives the same bytes", async () => {
    expect((await redact(everywhere)).told.hash).toBe((await redact(everywhere)).told.hash);
  });

  test("a picture is refused, or stays and is listed", async () => {
    const withPicture = madeDocx({
      "word/document.xml": body(paragraph("Jane Doe")),
      "word/media/image1.png": Uint8Array.of(1, 2, 3),
    });
    await expect(redact(withPicture)).rejects.toMatchObject({
      code: "document/unread",
      where: "word/media/image1.png",
    });
    const { told, bytes } = await redact(withPicture, { unread: "keep" });
    expect(told.unread).toEqual(["word/media/image1.png"]);
    expect(unzipSync(bytes)["word/media/image1.png"]).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe("a bad DOCX is a fault without its words", () => {
  const document = body(paragraph("Jane Doe"));
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`word/header${i}.xml`, ""]));
  const lying = (): Uint8Array => {
    const bytes = Buffer.from(zipSync({ "word/document.xml": [Buffer.alloc(5000, "Jane Doe"), { level: 9 }] }));
    const directory = bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
    bytes.writeUInt32LE(100, directory + 24);
    return bytes;
  };
  const locked = (): Uint8Array => {
    const bytes = Buffer.from(madeDocx({ "word/document.xml": document }));
    bytes.writeUInt16LE(1, bytes.indexOf(Buffer.from("PK\x01\x02", "latin1")) + 8);
    return bytes;
  };
  test.each<[string, () => Uint8Array, string]>([
    ["protected by a password", () => Buffer.from("d0cf11e0a1b11ae1Jane Doe", "hex"), "document/encrypted"],
    ["encrypted inside", locked, "document/encrypted"],
    ["no archive", () => Buffer.from("Jane Doe"), "document/corrupt"],
    ["broken off", () => everywhere.subarray(0, 700), "document/corrupt"],
    ["empty", () => new Uint8Array(0), "document/corrupt"],
    ["without a text", () => madeDocx({ "word/styles.xml": body("", "styles") }), "document/corrupt"],
    ["a bomb by ratio", () => madeDocx({ "word/document.xml": "a".repeat(5 << 20) }), "document/bomb"],
    ["a bomb by number", () => madeDocx({ "word/document.xml": document, ...many }), "document/bomb"],
    ["a part larger than it says", lying, "document/corrupt"],
    [
      "with a part nobody knows",
      () => madeDocx({ "word/document.xml": document, "word/Jane Doe.bin": "x" }),
      "document/part",
    ],
    [
      "with a way out of it",
      () => madeDocx({ "word/document.xml": document, "../Jane Doe.xml": "x" }),
      "document/corrupt",
    ],
    ["with macros", () => madeDocx({ "word/document.xml": document, "word/vbaProject.bin": "x" }), "document/part"],
    [
      "with entities",
      () =>
        madeDocx({
          "word/document.xml": `<!DOCTYPE l [<!ENTITY a "Jane Doe"><!ENTITY b SYSTEM "file:///etc/hostname">]>${document.replace("Jane", "&a;&b;").slice(38)}`,
        }),
      "document/corrupt",
    ],
    ["not well-formed", () => madeDocx({ "word/document.xml": document.replace("</w:t>", "") }), "document/corrupt"],
    ["of many elements", () => madeDocx({ "word/document.xml": body("<w:p/>".repeat(2000)) }), "document/too-complex"],
    ["deep", () => madeDocx({ "word/document.xml": "<a>".repeat(1000) }), "document/too-complex"],
  ])("%s", async (_, make, code) => {
    const fault: unknown = await redact(make(), { limits: { entries: 25, elements: 1000 } }).catch(
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code });
    expect(JSON.stringify(fault)).not.toMatch(/Jane|Doe/);
  });

  test("whatever is changed, cut or put in, it is redacted or refused", async () => {
    const small = madeDocx({
      "word/document.xml": document,
      "word/footer1.xml": body(paragraph("Jane ", "Doe"), "ftr"),
    });
    const at = fc.nat(small.length - 1);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(at, fc.nat(255)), { maxLength: 4 }), fc.option(at), async (changes, end) => {
        const bytes = Uint8Array.from(end === null ? small : small.subarray(0, end));
        for (const [place, byte] of changes) if (place < bytes.length) bytes[place] = byte;
        try {
          const { bytes: out } = await redact(bytes);
          for (const content of Object.values(unzipSync(out))) expect(leaksIn(content)).toEqual([]);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
        }
      }),
      { numRuns: 300 },
    );
    await expect(redact(Buffer.from("PK\x03\x04".repeat(100)))).rejects.toBeInstanceOf(Fault);
  });
});
