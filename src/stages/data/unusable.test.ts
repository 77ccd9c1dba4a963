import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { good, importing, refusal, taskOf } from "../../../test/importing.ts";
import { scratch } from "../../../test/scratch.ts";
import { importFiles } from "./index.ts";

const folder = scratch();

describe("files that cannot be used", () => {
  test("a missing column", async () => {
    expect(await refusal(folder(), "a.csv", good.replace("label", "lable_1"))).toMatchInlineSnapshot(`
      "data/column: a.csv has no column "label"
        where:  a.csv
        why:    it has "text", "lable_1"
        remedy: name the label column with --label; a task names it under data: label: in whittle.yaml"
    `);
    expect(await refusal(folder(), "b.jsonl", '{"body":"a","label":"x"}\n')).toContain('it has "body", "label"');
  });

  test("an empty file, and one with a header alone", async () => {
    expect(await refusal(folder(), "a.csv", "")).toMatchInlineSnapshot(`
      "data/empty: a.csv holds no rows
        where:  a.csv
        why:    the file is empty
        remedy: bring a file with a header and rows (CSV) or with one object a line (JSONL)"
    `);
    expect(await refusal(folder(), "b.csv", "text,label\n")).toContain("a header and nothing below it");
    expect(await refusal(folder(), "c.jsonl", "\n\n")).toContain("data/empty");
  });

  test("a broken quote in every row", async () => {
    expect(await refusal(folder(), "a.csv", 'text,label\n"a,x\n"b,y\n')).toMatchInlineSnapshot(`
      "data/no-rows: no row of a.csv could be used
        where:  a.csv:2
        why:    2 refused, the first because text follows a closing quote; a quote inside a field is written twice
        remedy: mend the rows, or check that the columns named are the right ones"
    `);
  });

  test("bytes that are not UTF-8", async () => {
    expect(await refusal(folder(), "a.csv", Buffer.from(`${good}perdu\xe9,card\n`, "latin1"))).toMatchInlineSnapshot(`
      "data/encoding: a.csv is not UTF-8 text
        where:  a.csv:4, byte 63 (0xE9)
        why:    this byte cannot stand here in UTF-8; in Windows-1252 it is "é"
        remedy: save the file as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 a.csv > utf8-a.csv"
    `);
    expect(await refusal(folder(), "b.csv", Buffer.from(good, "utf16le"))).toContain(
      "UTF-16 without a byte order mark",
    );
    expect(await refusal(folder(), "c.csv", Buffer.concat([Buffer.from(good), Buffer.from([0xe2, 0x82])]))).toContain(
      "c.csv:4, byte 58 (0xE2)",
    );
    expect(await refusal(folder(), "d.csv", Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]))).toContain(
      "data/encoding",
    );
  });

  test("other formats under the name of one of ours", async () => {
    expect(await refusal(folder(), "a.csv", Buffer.from("PK\x03\x04 and so on"))).toContain("an Excel workbook");
    expect(await refusal(folder(), "b.json", '[\n{"text":"a","label":"b"}\n]')).toContain("jq -c");
  });

  test("a file that is not there", async () => {
    writeFileSync(join(folder(), "tickets.csv"), good);
    await expect(importFiles(taskOf({ train: ["ticket.csv"] }), folder())).rejects.toMatchObject({
      code: "disk/missing",
      where: "ticket.csv",
      remedy: "did you mean tickets.csv?",
    });
  });
});

describe("label columns that are none", () => {
  const rows = (labels: readonly (string | number)[]): string =>
    `text,label\n${labels.map((label, i) => `text ${"abcdefghijklmnopqrstuvwxyz"[i % 26]} ${"x".repeat(i)},${label}`).join("\n")}\n`;

  test("measurements", async () => {
    expect(await refusal(folder(), "a.csv", rows([0.5, 1.25, 3.75, 2.5]))).toMatchInlineSnapshot(`
      "data/label-numeric: the labels look like measurements: "0.5", "1.25", "3.75", …
        where:  column "label"
        why:    4 different numbers in 4 rows; a label is one of a few names
        remedy: sort the numbers into named classes, or name another column with --label"
    `);
  });

  test("numbers that are names pass, with a remark", async () => {
    const { examples, audit } = await importing(folder(), "a.csv", rows([1, 2, 3, 1, 2, 3]));
    expect(examples[0].target).toBe("1");
    expect(audit.remarks.at(-1)).toBe(
      'the labels are numbers and are taken as names ("1", "2", "3"): 4 is as far from 5 as from 1',
    );
  });

  test("no label, one label, and a value of its own in every row", async () => {
    expect(await refusal(folder(), "a.csv", rows(["", ""]))).toContain("data/no-labels");
    expect(await refusal(folder(), "b.csv", rows(["x", "x"]))).toContain("data/one-label");
    expect(await refusal(folder(), "c.csv", rows(Array.from({ length: 30 }, (_, i) => `key-${i}`)))).toContain(
      "data/label-open",
    );
  });
});
