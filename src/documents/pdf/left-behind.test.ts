import { describe, expect, test } from "vitest";
import { scratch } from "../../../test/contracts/made-documents.ts";
import { type Made, makePdf, onePage, stream } from "../../../test/contracts/made-pdf.ts";
import { through } from "../../../test/contracts/redacted-pdf.ts";

const folder = scratch();

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
    const { texts } = await through(makePdf(made), folder);
    expect(texts).toEqual(["hello"]);
  });

  test("notes and fields that are drawn are drawn, and redacted like the page", async () => {
    const field =
      "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Jane Doe)/DV(Jane Doe)/Rect[50 500 250 520]/AP<</N 7 0 R>>>>";
    const made = onePage(page, [field, form("BT /F 12 Tf 2 5 Td (from Jane Doe) Tj ET")], {
      page: "/Annots[6 0 R]",
      catalogue: "/AcroForm<</Fields[6 0 R]>>",
    });
    const { texts } = await through(makePdf(made), folder);
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
    const { texts } = await through(update, folder);
    expect(texts).toEqual(["hello"]);
  });
});
