import { describe, expect, test } from "vitest";
import { scratch } from "../../../test/contracts/made-documents.ts";
import { helvetica, makePdf, onePage, packed, stream } from "../../../test/contracts/made-pdf.ts";
import { hasPictures, open, through } from "../../../test/contracts/redacted-pdf.ts";

const folder = scratch();

describe("a page becomes a picture where the operators cannot be proved clean", () => {
  const image = (more = ""): Buffer =>
    packed(
      Buffer.alloc(100 * 100, 200),
      `/Type/XObject/Subtype/Image/Width 100/Height 100/ColorSpace/DeviceGray/BitsPerComponent 8${more}`,
    );

  test("a scan with a layer of text: the marks are burnt in", async () => {
    const content = "q 600 0 0 800 0 0 cm /P Do Q BT 3 Tr /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET";
    const made = onePage(content, [image()], { resources: "/XObject<</P 6 0 R>>" });
    await expect(through(makePdf(made), folder)).rejects.toMatchObject({ code: "document/unread" });
    const { told, texts, out } = await through(makePdf(made), folder, "keep");
    expect(hasPictures(told)).toBe(true);
    expect(told.unread).toEqual(["page 1: pictures"]);
    expect(texts).toEqual(["[NAME]"]);
    const pixels = (await open(out)).render(0, 600, 800);
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
    const { told } = await through(makePdf({ ...made, objects }), folder);
    expect(hasPictures(told)).toBe(true);
  });

  test("a font in an encoding that is not followed", async () => {
    const made = onePage("BT /F 12 Tf 50 700 Td (hello Jane Doe) Tj ET");
    const font = helvetica.replace("/Encoding/WinAnsiEncoding", "/Encoding<</Differences[104/h]>>");
    const { told, texts } = await through(
      makePdf({ ...made, objects: made.objects.map((each, i) => (i === 4 ? font : each)) }),
      folder,
    );
    expect(hasPictures(told)).toBe(true);
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
    const { texts } = await through(makePdf(made), folder, "keep");
    expect(texts).toEqual(["hello"]);
  });
});
