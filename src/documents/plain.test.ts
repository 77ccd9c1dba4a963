import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { csv } from "./csv.ts";
import { defaultLimits } from "./document.ts";
import { json, jsonl } from "./json.ts";
import { leaksIn, redacted, redactSecrets, scratch } from "../../test/contracts/made-documents.ts";
import { text } from "./text.ts";

const folder = scratch();

describe("text", () => {
  const letter = "To Jane Doe,\r\ncard 4111111111111111.\n\n[mail](mailto:jane.doe@example.org) <!-- Åsa\nÖberg -->\n";
  const clean = "To [NAME],\r\ncard [CARD].\n\n[mail](mailto:[EMAIL]) <!-- [NAME] -->\n";

  test("is redacted where it stands, and counted without being told", async () => {
    const { text: out, bytes, told } = await redacted(text, letter, folder);
    expect(out).toBe(clean);
    expect(told).toMatchObject({ counts: { CARD: 1, EMAIL: 1, NAME: 2 }, charactersRemoved: 8 + 16 + 20 + 9 });
    expect(told.charactersRead).toBe(letter.length);
    expect(told.places[0]).toEqual({ where: "text", offset: 3, length: 8, label: "NAME" });
    expect(told.hash).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(leaksIn(Buffer.from(JSON.stringify(told)))).toEqual([]);
  });

  test.each(["utf-8", "utf-16le", "utf-16be"])("stays in its encoding: %s with a mark", async (encoding) => {
    const write = (content: string): Buffer => {
      const marked = `\ufeff${content}`;
      if (encoding === "utf-8") return Buffer.from(marked);
      const bytes = Buffer.from(marked, "utf16le");
      return encoding === "utf-16be" ? bytes.swap16() : bytes;
    };
    for (const piece of [1, 2, 3, 1000]) {
      const { bytes } = await redacted(text, write(`${letter}🙂`), folder, { piece });
      expect(Buffer.from(bytes).equals(write(`${clean}🙂`))).toBe(true);
    }
  });

  test("a byte that is no UTF-8 is a fault with its place and no neighbours, and leaves no file", async () => {
    const bytes = Buffer.concat([Buffer.from("é\nJane Doe "), Buffer.of(0xe9), Buffer.from(" and more\n")]);
    const before = readdirSync(folder).length;
    const fault = await redacted(text, bytes, folder).catch((error: unknown) => error as Fault);
    expect(fault).toMatchObject({ code: "document/encoding", where: "line 2, byte 12" });
    expect(JSON.stringify(fault)).not.toMatch(/Jane|é/);
    expect(readdirSync(folder).length).toBe(before);
    for (const wrong of [
      Buffer.of(0x61, 0, 0x62, 0),
      Buffer.of(0xff, 0xfe, 0x61),
      Buffer.of(0xff, 0xfe, 0, 0xdc, 0x61, 0),
    ])
      await expect(redacted(text, wrong, folder)).rejects.toMatchObject({ code: "document/encoding" });
  });

  test("a path is read, a missing one is a fault, and a raised signal stops", async () => {
    const path = join(folder, "letter.txt");
    const options = { limits: defaultLimits, unread: "refuse" } as const;
    writeFileSync(path, letter);
    const told = await text.redact(path, join(folder, "letter-out.txt"), redactSecrets, options);
    expect(told.counts["NAME"]).toBe(2);
    const missing = text.redact(join(folder, "none.txt"), join(folder, "x"), redactSecrets, options);
    await expect(missing).rejects.toMatchObject({ code: "disk/missing" });
    const stopped = text.redact(path, join(folder, "x"), redactSecrets, { ...options, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "document/stopped" });
  });

  test("an empty text stays empty, and no more places are listed than are wanted", async () => {
    expect((await redacted(text, "", folder)).bytes.length).toBe(0);
    const { told } = await redacted(text, "Jane Doe ".repeat(10), folder, { limits: { places: 3 } });
    expect([told.places.length, told.placesLeftOut, told.counts["NAME"]]).toEqual([3, 7, 10]);
  });
});

describe("CSV", () => {
  test("cell by cell, quoted as it was", async () => {
    const source = `name;Jane Doe;"note ""n"""\r\n"Jane Doe";4111111111111111;"two\nlines, Åsa\nÖberg"\r\n\r\nO'Hara <x>;a "q" b;"jane.doe@example.org"`;
    const { text: out, told } = await redacted(csv, source, folder, { piece: 3 });
    expect(out).toBe(
      `name;[NAME];"note ""n"""\r\n"[NAME]";[CARD];"two\nlines, [NAME]"\r\n\r\n[NAME];a "q" b;"[EMAIL]"`,
    );
    expect(told.places[1]).toEqual({ where: "row 2, column 1", offset: 0, length: 8, label: "NAME" });
  });

  test("a new text is quoted where it must be", async () => {
    const redact = async (cell: string) =>
      cell === "x" ? [{ start: 0, end: 1, label: "X", replacement: 'say "a",\nb' }] : [];
    const { text: out } = await redacted(csv, "h,i\nx,y\n", folder, { redact });
    expect(parse(out)).toEqual([
      ["h", "i"],
      ['say "a",\nb', "y"],
    ]);
  });

  test("another reader finds the same cells, redacted", async () => {
    const cell = fc.string({ unit: fc.constantFrom("Jane Doe", ",", '"', "\n", " ", "é", "a") });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom("\n", "\r\n"),
        async (rows, piece, end) => {
          const source = rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(",")).join(end);
          const { text: out } = await redacted(csv, source, folder, { piece });
          expect(parse(out)).toEqual(rows.map((row) => row.map((c) => c.replaceAll("Jane Doe", "[NAME]"))));
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(['a,b\n"Jane Doe" x,c\n', 'a,b\nc,"Jane Doe\n'])("%j is refused by its line", async (source) => {
    const fault = await redacted(csv, source, folder).catch((error: unknown) => error as Fault);
    expect(fault).toMatchObject({ code: "document/csv-quote", where: "in the row that begins at line 2" });
    expect(JSON.stringify(fault)).not.toContain("Jane");
  });

  test("a row without an end is refused before it fills the memory", async () => {
    const endless = redacted(csv, `a,b\n"${"x".repeat(5000)}`, folder, { limits: { recordUnits: 1000 }, piece: 100 });
    await expect(endless).rejects.toMatchObject({ code: "document/record-too-long", where: "record 2" });
  });
});

describe("JSON", () => {
  test("every string, key and number, whatever it stands in; the rest as it is written", async () => {
    const source = `{"Jane Doe": 1, "a" : ["jane.d\\u006fe@example.org", 4111111111111111, 1.50e3, null],\n "n": {"\\u00c5sa \\u00d6berg":"O'Hara <x> \\" \\\\", "Åsa Öberg": "x"} }\n`;
    const { text: out, bytes, told } = await redacted(json, source, folder);
    expect(out).toBe(
      `{"[NAME]": 1, "a" : ["[EMAIL]", "[CARD]", 1.50e3, null],\n "n": {"[NAME]":"[NAME] \\" \\\\", "[NAME] 2": "x"} }\n`,
    );
    expect(leaksIn(bytes)).toEqual([]);
    expect(told.counts).toEqual({ CARD: 1, EMAIL: 1, NAME: 4 });
  });

  test("JSONL line by line, blank ones kept, a broken one refused by its number without its words", async () => {
    const { text: out, told } = await redacted(jsonl, `{"a":"Jane Doe"}\r\n\n["Jane Doe"]\n4111111111111111`, folder);
    expect(out).toBe(`{"a":"[NAME]"}\r\n\n["[NAME]"]\n"[CARD]"`);
    expect(told.places.map(({ where }) => where)).toEqual(["line 1, value 2", "line 3, value 1", "line 4, value 1"]);
    const fault = await redacted(jsonl, `{"a":1}\n{"a": Jane Doe}\n`, folder).catch((error: unknown) => error as Fault);
    expect(fault).toMatchObject({ code: "document/json", where: "line 2" });
    expect(JSON.stringify(fault)).not.toContain("Jane");
  });

  test("any JSON comes out equal but for what was found, and what is deep or no JSON at all is met", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (source) => {
        const { text: out } = await redacted(json, source, folder, { piece: 64 });
        expect(JSON.parse(out)).toEqual(JSON.parse(source));
      }),
      { numRuns: 100 },
    );
    const deep = `${"[".repeat(200_000)}"Jane Doe"${"]".repeat(200_000)}`;
    expect((await redacted(json, deep, folder, { piece: 1 << 16 })).told.counts).toEqual({ NAME: 1 });
    await expect(redacted(json, "{", folder)).rejects.toMatchObject({ code: "document/json" });
    const large = redacted(json, "[1,2,3]", folder, { limits: { wholeBytes: 3 } });
    await expect(large).rejects.toMatchObject({ code: "document/too-large" });
    const many = redacted(json, "[1,2,3]", folder, { limits: { elements: 2 } });
    await expect(many).rejects.toMatchObject({ code: "document/too-complex" });
  });
});

test("whatever the bytes, a document is redacted or refused", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "{", "}", ":", "[", "1", "é", "Jane Doe"), maxLength: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(text, csv, json, jsonl), async (content, format) => {
      try {
        expect(leaksIn((await redacted(format, content, folder)).bytes)).toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }),
    { numRuns: 300 },
  );
});
