import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redacted, scratch } from "../../../test/contracts/made-documents.ts";
import { makePackedPdf, makePdf, onePage, packed, stream } from "../../../test/contracts/made-pdf.ts";
import { Fault } from "../../base/fault.ts";
import { pdf } from "./index.ts";

const folder = scratch();
const code = async (bytes: Uint8Array, limits = {}): Promise<string> => {
  try {
    await redacted(pdf, bytes, folder, { piece: 1 << 16, limits });
    return "done";
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(JSON.stringify(error)).not.toMatch(/Jane|Doe/);
    return error.code;
  }
};

const good = onePage("BT /F 12 Tf 50 700 Td (To Jane Doe, hello) Tj ET");
const form = (content: string, objects: string): Buffer =>
  stream(content, `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<<${objects}>>>>`);

describe("a fault each, never a crash", () => {
  const bombed = deflateSync(deflateSync(deflateSync(Buffer.alloc(80 << 20))));
  const cases: Record<string, readonly [Uint8Array, string]> = {
    nothing: [Buffer.alloc(0), "document/pdf-corrupt"],
    "no PDF": [Buffer.from("hello"), "document/pdf-corrupt"],
    "a password": [
      makePdf(onePage("", [], { trailer: "/Encrypt<</Filter/Standard/V 2/R 3/O(x)/U(y)/P -4>>" })),
      "document/pdf-encrypted",
    ],
    "a bomb in a bomb": [
      makePdf(onePage(stream(bombed, "/Filter[/FlateDecode/FlateDecode/FlateDecode]"))),
      "document/pdf-too-large",
    ],
    "forms that draw forms that draw forms": [
      makePdf(
        onePage(
          "/A Do",
          Array.from({ length: 20 }, (_, i) => form("/A Do ".repeat(16), i < 19 ? `/A ${i + 7} 0 R` : "")),
          { resources: "/XObject<</A 6 0 R>>" },
        ),
      ),
      "document/pdf-too-large",
    ],
    "a form that draws itself": [
      makePdf(onePage("/A Do", [form("/A Do", "/A 6 0 R")], { resources: "/XObject<</A 6 0 R>>" })),
      "document/pdf-corrupt",
    ],
    "a page that is its own parent": [
      makePdf({ objects: ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"] }),
      "document/pdf-corrupt",
    ],
    "no pages": [
      makePdf({ objects: ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"] }),
      "document/pdf-corrupt",
    ],
    "a length in a circle": [
      makePdf({ objects: [...good.objects.slice(0, 3), "<</Length 4 0 R>>\nstream\nx\nendstream", good.objects[4]] }),
      "document/pdf-corrupt",
    ],
    "arrays without end": [
      makePdf({ objects: [`<</Type/Catalog/X ${"[".repeat(100_000)}>>`] }),
      "document/pdf-corrupt",
    ],
    "a picture of a billion pixels": [
      makePdf(
        onePage(
          "/A Do",
          [stream("x", "/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 1/ColorSpace/DeviceGray")],
          { resources: "/XObject<</A 6 0 R>>" },
        ),
      ),
      "document/pdf-too-large",
    ],
    "text in a pattern": [
      makePdf(
        onePage(
          "/Pattern cs /A scn 0 0 9 9 re f",
          [
            stream(
              "BT /F 9 Tf (Jane Doe) Tj ET",
              "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<</Font<</F 5 0 R>>>>",
            ),
          ],
          { resources: "/Pattern<</A 6 0 R>>" },
        ),
      ),
      "document/pdf-unread",
    ],
    "a page that is a picture": [
      makePdf(
        onePage(
          "q 600 0 0 800 0 0 cm /A Do Q",
          [packed(Buffer.alloc(100), "/Subtype/Image/Width 10/Height 10/BitsPerComponent 8/ColorSpace/DeviceGray")],
          { resources: "/XObject<</A 6 0 R>>" },
        ),
      ),
      "document/unread",
    ],
    "letters as shapes": [makePdf(onePage("0 0 m 1 1 2 2 3 3 c f ".repeat(200))), "document/pdf-unread"],
    "a font without letters": [
      makePdf({
        objects: good.objects.map((each, i) =>
          i === 3
            ? packed("BT /F 12 Tf 50 700 Td <010203040506> Tj ET")
            : i === 4
              ? "<</Type/Font/Subtype/TrueType/BaseFont/Odd/FirstChar 1/LastChar 6/Widths[500 500 500 500 500 500]>>"
              : each,
        ),
      }),
      "document/pdf-unread",
    ],
  };
  test.each(Object.entries(cases))("%s", async (_, [bytes, expected]) => {
    expect(await code(bytes)).toBe(expected);
  });

  test("more than the limits allow", async () => {
    expect(await code(makePdf(good), { wholeBytes: 100 })).toBe("document/too-large");
    expect(await code(makePdf(good), { unpackedBytes: 10 })).toBe("document/pdf-too-large");
  });

  test("cut short anywhere", async () => {
    for (const whole of [makePdf(good), makePackedPdf(good)])
      for (let length = 0; length < whole.length - 8; length += 97)
        expect(await code(whole.subarray(0, length))).toBe("document/pdf-corrupt");
  });

  test("with bytes that are wrong", async () => {
    const [plain, dense] = [
      makePdf({
        ...good,
        objects: good.objects.map((each, i) =>
          i === 3 ? stream("BT /F 12 Tf 50 700 Td [(To Ja) 20 (ne Doe)] TJ ET") : each,
        ),
      }),
      makePackedPdf(good),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (which, wrong) => {
          const bytes = Buffer.from(which ? plain : dense);
          for (const [at, byte] of wrong) bytes[at % bytes.length] = byte;
          expect(await code(bytes)).toMatch(
            /^(done|document\/(pdf-corrupt|pdf-unread|pdf-too-large|pdf-encrypted|pdf-unproved|unread))$/,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
