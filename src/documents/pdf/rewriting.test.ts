import { describe, expect, test } from "vitest";
import { scratch } from "../../../test/contracts/made-documents.ts";
import { type Made, makePackedPdf, makePdf, onePage, packed, stream } from "../../../test/contracts/made-pdf.ts";
import { hasPictures, open, through } from "../../../test/contracts/redacted-pdf.ts";

const folder = scratch();

const showing = (content: string, options: Parameters<typeof onePage>[2] = {}, more: (string | Buffer)[] = []): Made =>
  onePage(content, more, options);
const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");

const cid = [
  "<</Type/Font/Subtype/Type0/BaseFont/Odd/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>",
  "<</Type/Font/Subtype/CIDFontType2/BaseFont/Odd/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 600/FontDescriptor 9 0 R>>",
  packed(
    "begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0101> <01ff> <0001> endbfrange endcmap",
  ),
  "<</Type/FontDescriptor/FontName/Odd/Flags 4/FontBBox[0 0 600 800]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>",
];
const cidHex = (text: string): string =>
  Buffer.from(text, "latin1").reduce((all, byte) => `${all}01${byte.toString(16).padStart(2, "0")}`, "");
const type3 = [
  "<</Type/Font/Subtype/Type3/FontBBox[0 0 10 10]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 1/LastChar 7/Widths[6 6 6 6 6 6 6]/CharProcs<</a 7 0 R>>/Encoding<</Type/Encoding/Differences[1/a/a/a/a/a/a/a]>>/ToUnicode 8 0 R/Resources<<>>>>",
  stream("6 0 0 0 5 5 d1 0 0 5 5 re f"),
  stream(
    "1 begincodespacerange <00> <ff> endcodespacerange 7 beginbfchar <01> <004a> <02> <0061> <03> <006e> <04> <0065> <05> <0044> <06> <006f> <07> <0065> endbfchar",
  ),
];

describe("text is taken out of the operators, and the rest stays where it was", () => {
  const cases: Record<string, Made> = {
    "one string": showing("BT /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET"),
    "pieces with kerning": showing("BT /F 12 Tf 50 700 Td [(To J) 20 (a) -15 (ne) -250 (D) 30 (oe, hel) 2 (lo)] TJ ET"),
    "letters one by one, out of order": showing(
      `BT /F 12 Tf ${[..."To Jane Doe, hello"]
        .map((letter, i) => ({ letter, i }))
        .filter(({ letter }) => letter !== " ")
        .sort((a, b) => ((a.i * 7) % 11) - ((b.i * 7) % 11))
        .map(({ letter, i }) => `1 0 0 1 ${50 + 8 * i} 700 Tm (${letter}) Tj`)
        .join(" ")} ET`,
      { page: "" },
    ),
    "letters set wide": showing("BT /F 12 Tf 4 Tc 50 700 Td [(To) -700 (Jane) -700 (Doe,) -700 (hello)] TJ ET"),
    "hexadecimal digits": showing(`BT /F 12 Tf 50 700 Td <${hex("To Jane Doe, hello")}> Tj ET`),
    escapes: showing("BT /F 12 Tf 50 700 Td (To \\112an\\145 D\\\no\\145, hello) Tj ET"),
    "the operators that go to a new line": showing("BT /F 12 Tf 14 TL 50 714 Td (To Jane Doe,) ' 1 .5 (hello) \" ET"),
    "scale, spacing and rise": showing("BT /F 12 Tf 80 Tz 1 Tc 3 Tw 2 Ts 50 700 Td (To Jane Doe, hello) Tj ET"),
    "a name over two lines": showing("BT /F 12 Tf 50 700 Td (To Jane) Tj 0 -14 Td (Doe, hello) Tj ET"),
    "a composite font": showing(
      `BT /G 12 Tf 50 700 Td <${cidHex("To Jane Doe, hello")}> Tj ET`,
      { page: "", resources: "" },
      cid,
    ),
    "a font drawn by the file": showing(
      "BT /F 12 Tf 50 700 Td (To ) Tj /G 12 Tf <01020304> Tj /F 12 Tf ( ) Tj /G 12 Tf <050607> Tj /F 12 Tf (, hello) Tj ET",
      {},
      type3,
    ),
    "turned by a quarter": showing("BT /F 12 Tf 0 1 -1 0 300 100 Tm (To Jane Doe, hello) Tj ET"),
    "turned a little": showing("BT /F 12 Tf .9397 .342 -.342 .9397 100 300 Tm (To Jane Doe, hello) Tj ET"),
    "on a turned page": showing("BT /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET", { page: "/Rotate 90" }),
    "twice, for a bold that is not": showing(
      "BT /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET BT /F 12 Tf 50.4 700 Td (To Jane Doe, hello) Tj ET",
    ),
    "in a form inside a form, scaled": showing("q 2 0 0 2 0 0 cm /X Do Q", { resources: "/XObject<</X 6 0 R>>" }, [
      stream(
        "q /Y Do Q",
        "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 10 10]/Resources<</XObject<</Y 7 0 R>>>>",
      ),
      packed(
        "BT /F 6 Tf 20 300 Td (To Jane Doe, hello) Tj ET",
        `/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>`,
      ),
    ]),
    "set by a graphics state": showing("BT /S gs 50 700 Td (To Jane Doe, hello) Tj ET", {
      resources: "/ExtGState<</S<</Font[5 0 R 12]>>>>",
    }),
  };
  test.each(Object.entries(cases))("%s", async (name, made) => {
    const fonts =
      name === "a composite font" || name === "a font drawn by the file"
        ? {
            ...made,
            objects: made.objects.map((each, i) =>
              i === 2 ? String(each).replace("/F 5 0 R", "/F 5 0 R/G 6 0 R") : each,
            ),
          }
        : made;
    for (const bytes of name === "one string" ? [makePdf(fonts), makePackedPdf(fonts)] : [makePackedPdf(fonts)]) {
      const { texts, told, out } = await through(bytes, folder);
      expect(texts).toHaveLength(1);
      expect(texts[0].replace(/\s+/g, "").replace("[NAME],", "[NAME]")).toMatch(/^(To)+\[NAME\],?(,?hello)+$/);
      expect(told.counts).toEqual({ NAME: 1 });
      expect(hasPictures(told)).toBe(false);
      const before = (await open(bytes)).text(0).characters;
      const after = (await open(out)).text(0).characters;
      for (const letter of "Th") {
        const [was, is] = [before, after].map((all) => all.find(({ code }) => code === letter.charCodeAt(0))!);
        expect(Math.hypot(was.x - is.x, was.y - is.y)).toBeLessThan(0.3);
      }
    }
  });

  test("a form drawn twice loses the name only where it completes one", async () => {
    const form = stream(
      "BT /F 12 Tf 0 0 Td (Doe) Tj ET",
      "/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>>>",
    );
    const content =
      "BT /F 12 Tf 50 700 Td (Jane) Tj ET q 1 0 0 1 80 700 cm /X Do Q BT /F 12 Tf 50 600 Td (John) Tj ET q 1 0 0 1 80 600 cm /X Do Q";
    const { texts } = await through(makePdf(onePage(content, [form], { resources: "/XObject<</X 6 0 R>>" })), folder);
    expect(texts[0]).toBe("[NAME]\nJohn Doe");
  });

  test("columns are read down as well as across, letters set wide in one of them", async () => {
    const left = "BT /F 10 Tf 14 TL 50 700 Td (one column with Mrs Jane) Tj T* (Doe, who wrote to us) Tj ET";
    const right = "BT /F 10 Tf 3 Tc 350 700 Td [(by) -600 (Jane) -600 (Doe)] TJ ET";
    const { texts } = await through(makePdf(onePage(`${left} ${right}`)), folder);
    expect(texts[0].match(/\[NAME\]/g)).toHaveLength(2);
  });

  test("the same document gives the same bytes", async () => {
    const bytes = makePdf(showing("BT /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET"));
    expect((await through(bytes, folder)).told.hash).toBe((await through(bytes, folder)).told.hash);
  });
});
