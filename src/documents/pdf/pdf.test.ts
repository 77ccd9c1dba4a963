import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { redacted, scratch } from "../../../test/contracts/made-documents.ts";
import {
  helvetica,
  leftIn,
  type Made,
  makePackedPdf,
  makePdf,
  onePage,
  packed,
  stream,
} from "../../../test/contracts/made-pdf.ts";
import { pdf } from "./index.ts";
import { Pdfium } from "./pdfium.ts";
import { readByPlace } from "./reading.ts";

const folder = scratch();
const hasPdftotext = spawnSync("pdftotext", ["-v"]).status === 0;
if (!hasPdftotext)
  process.stderr.write("pdftotext is not installed: the second reading of redacted PDFs is left out\n");

const secrets = ["Jane Doe", "jane.doe@example.org", "4111111111111111"];
const words = [...secrets, "Jane", "41111111", "Doe,"];

async function pageTexts(bytes: Uint8Array): Promise<string[]> {
  const document = (await Pdfium.start()).open(bytes);
  return Array.from({ length: document.pages() }, (_, i) => readByPlace(document.text(i)).text);
}

function otherReader(bytes: Uint8Array): string {
  if (!hasPdftotext) return "";
  const path = join(folder, "read.pdf");
  writeFileSync(path, bytes);
  return execFileSync("pdftotext", ["-layout", path, "-"], { stdio: ["ignore", "pipe", "ignore"] }).toString();
}

/** Redacts, and looks for what was removed with every means there is. */
async function through(bytes: Uint8Array, unread: "refuse" | "keep" = "refuse") {
  const { bytes: out, told } = await redacted(pdf, bytes, folder, { unread, piece: 1 << 16 });
  const texts = await pageTexts(out);
  expect(leftIn(out, words)).toEqual([]);
  for (const read of [...texts, otherReader(out)])
    expect(read.replace(/\s+/g, "")).not.toMatch(/Jane|JaneDoe|41111111/i);
  expect(JSON.stringify(told)).not.toMatch(/Jane|Doe|4111/);
  return { out, told, texts };
}

const pictures = (told: { dropped: readonly string[] }): boolean =>
  told.dropped.some((each) => each.includes("pictures of themselves"));
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
    for (const bytes of [makePdf(fonts), makePackedPdf(fonts)]) {
      const { texts, told, out } = await through(bytes);
      expect(texts).toHaveLength(1);
      expect(texts[0].replace(/\s+/g, "").replace("[NAME],", "[NAME]")).toMatch(/^(To)+\[NAME\],?(,?hello)+$/);
      expect(told.counts).toEqual({ NAME: 1 });
      expect(pictures(told)).toBe(false);
      const before = (await Pdfium.start()).open(bytes).text(0).characters;
      const after = (await Pdfium.start()).open(out).text(0).characters;
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
    const { texts } = await through(makePdf(onePage(content, [form], { resources: "/XObject<</X 6 0 R>>" })));
    expect(texts[0]).toBe("[NAME]\nJohn Doe");
  });

  test("the same document gives the same bytes", async () => {
    const bytes = makePdf(showing("BT /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET"));
    expect((await through(bytes)).told.hash).toBe((await through(bytes)).told.hash);
  });
});

describe("nothing beside the pages comes along", () => {
  const xmp = stream("<x:xmpmeta><dc:creator>Jane Doe</dc:creator></x:xmpmeta>", "/Type/Metadata/Subtype/XML");
  const page = "BT /F 12 Tf 50 700 Td (hello) Tj ET";
  const form = (content: string): Buffer =>
    stream(content, "/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F 5 0 R>>>>");
  const cases: Record<string, Made> = {
    "properties and metadata": onePage(
      page,
      ["<</Title(Jane Doe)/Author<feff004a0061006e006500200044006f0065>>>", xmp],
      { trailer: "/Info 6 0 R/ID[(Jane Doe)(Jane Doe)]", catalogue: "/Metadata 7 0 R" },
    ),
    "bookmarks, names, scripts, files": onePage(
      page,
      [
        "<</Title(Jane Doe)/Parent 7 0 R>>",
        "<</First 6 0 R/Last 6 0 R>>",
        "<</Type/Filespec/F(Jane Doe.txt)/EF<</F 9 0 R>>>>",
        stream("Jane Doe"),
      ],
      {
        catalogue:
          "/Outlines 7 0 R/Names<</EmbeddedFiles<</Names[(Jane Doe)8 0 R]>>/JavaScript<</Names[(a)<</S/JavaScript/JS(Jane Doe)>>]>>>>/OpenAction<</S/URI/URI(mailto:jane.doe@example.org)>>",
      },
    ),
    "structure and marked content": onePage(
      "/Span<</ActualText(Jane Doe)/MCID 0>>BDC BT /F 12 Tf 50 700 Td (hello) Tj ET EMC /P /M DP % Jane Doe\n(Jane Doe) odd",
      ["<</Type/StructTreeRoot/K<</S/P/Alt(Jane Doe)/ActualText(Jane Doe)/K 0>>>>"],
      {
        catalogue: "/StructTreeRoot 6 0 R/Lang(Jane Doe)",
        resources: "/Properties<</M<</X(Jane Doe)>>>>",
        page: "/PieceInfo<</A<</Private(Jane Doe)>>>>/Thumb 7 0 R",
      },
    ),
    "what resources hold and nobody draws": onePage(page, [form("BT /F 12 Tf (Jane Doe) Tj ET"), xmp], {
      resources: "/XObject<</Z 6 0 R>>/ExtGState<</Jane#20Doe<</LW 1>>>>",
    }),
    "a hidden layer": onePage(
      "/OC /L BDC BT /F 12 Tf 50 600 Td (Jane Doe) Tj ET EMC BT /F 12 Tf 50 700 Td (hello) Tj ET",
      ["<</Type/OCG/Name(Jane Doe)>>"],
      { resources: "/Properties<</L 6 0 R>>", catalogue: "/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>" },
    ),
    "notes without a drawing": onePage(
      page,
      ["<</Type/Annot/Subtype/Text/Rect[0 0 20 20]/Contents(Jane Doe)/T(Jane Doe)>>"],
      { page: "/Annots[6 0 R]" },
    ),
  };
  test.each(Object.entries(cases))("%s", async (_, made) => {
    const { texts } = await through(makePdf(made));
    expect(texts).toEqual(["hello"]);
  });

  test("notes and fields that are drawn are drawn, and redacted like the page", async () => {
    const field =
      "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Jane Doe)/DV(Jane Doe)/Rect[50 500 250 520]/AP<</N 7 0 R>>>>";
    const made = onePage(page, [field, form("BT /F 12 Tf 2 5 Td (from Jane Doe) Tj ET")], {
      page: "/Annots[6 0 R]",
      catalogue: "/AcroForm<</Fields[6 0 R]>>",
    });
    const { texts } = await through(makePdf(made));
    expect(texts).toEqual(["hello\nfrom [NAME]"]);
  });

  test("what an update replaced is gone", async () => {
    const first = makePdf(onePage("BT /F 12 Tf 50 700 Td (Jane Doe) Tj ET"));
    const start = first.toString("latin1").lastIndexOf("startxref");
    const prior = Number(/\d+/.exec(first.subarray(start).toString("latin1"))![0]);
    const update = makePdf(
      { objects: [stream("BT /F 12 Tf 50 700 Td (hello) Tj ET")], trailer: `/Prev ${prior}` },
      first,
      4,
    );
    const { texts } = await through(update);
    expect(texts).toEqual(["hello"]);
  });
});

describe("a page becomes a picture where the operators cannot be proved clean", () => {
  const image = (more = ""): Buffer =>
    packed(
      Buffer.alloc(100 * 100, 200),
      `/Type/XObject/Subtype/Image/Width 100/Height 100/ColorSpace/DeviceGray/BitsPerComponent 8${more}`,
    );

  test("a scan with a layer of text: the marks are burnt in", async () => {
    const content = "q 600 0 0 800 0 0 cm /P Do Q BT 3 Tr /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET";
    const made = onePage(content, [image()], { resources: "/XObject<</P 6 0 R>>" });
    await expect(through(makePdf(made))).rejects.toMatchObject({ code: "document/unread" });
    const { told, texts, out } = await through(makePdf(made), "keep");
    expect(pictures(told)).toBe(true);
    expect(told.unread).toEqual(["page 1: pictures"]);
    expect(texts).toEqual(["[NAME]"]);
    const pixels = (await Pdfium.start()).open(out).render(0, 600, 800);
    const at = (x: number, y: number): number => pixels[((800 - y) * 600 + x) * 3];
    expect(at(300, 400)).toBe(200);
    expect(at(110, 699)).not.toBe(200);
  });

  test("a font that spells a name outside of what is shown", async () => {
    const map = packed(
      "1 begincodespacerange <00> <ff> endcodespacerange 2 beginbfchar <01> <004a0061006e006500200044006f0065> <21> <0021> endbfchar",
    );
    const font =
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 1/LastChar 1/Widths[500]/ToUnicode 7 0 R>>";
    const made = onePage("BT /F 12 Tf 50 700 Td (hello Jane Doe ) Tj /G 12 Tf (\\001) Tj ET", [font, map], {});
    const objects = made.objects.map((each, i) =>
      i === 2 ? String(each).replace("/F 5 0 R", "/F 5 0 R/G 6 0 R") : each,
    );
    const { told } = await through(makePdf({ ...made, objects }));
    expect(pictures(told)).toBe(true);
  });

  test("a font in an encoding that is not followed", async () => {
    const made = onePage("BT /F 12 Tf 50 700 Td (hello Jane Doe) Tj ET");
    const font = helvetica.replace("/Encoding/WinAnsiEncoding", "/Encoding<</Differences[104/h]>>");
    const { told, texts } = await through(
      makePdf({ ...made, objects: made.objects.map((each, i) => (i === 4 ? font : each)) }),
    );
    expect(pictures(told)).toBe(true);
    expect(texts).toEqual(["[NAME]"]);
  });

  test("pictures lose their comments and their camera's notes", async () => {
    const segment = (marker: number, text: string): Buffer =>
      Buffer.concat([Buffer.from([0xff, marker, 0, text.length + 2]), Buffer.from(text)]);
    const jpeg = Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      segment(0xe1, "Exif Jane Doe"),
      segment(0xfe, "Jane Doe"),
      Buffer.from([0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9]),
      Buffer.from("Jane Doe"),
    ]);
    const made = onePage(
      "BT /F 12 Tf 50 700 Td (hello) Tj ET q 10 0 0 10 0 0 cm /P Do Q",
      [
        stream(
          jpeg,
          "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode",
        ),
      ],
      { resources: "/XObject<</P 6 0 R>>" },
    );
    const { texts } = await through(makePdf(made), "keep");
    expect(texts).toEqual(["hello"]);
  });
});
