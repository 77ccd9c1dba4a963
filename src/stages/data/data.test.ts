import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault, printFault } from "../../base/fault.ts";
import { defaultCost } from "../../record/cost.ts";
import type { DataSpec, Task } from "../../record/task.ts";
import type { Dataset } from "../../record/dataset.ts";
import { defaultMargins } from "../task/margins.ts";
import { importFile, importFiles } from "./index.ts";
import { importOutside } from "./outside.ts";
import { hashSources } from "./sources.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-data-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function task(data: Partial<DataSpec>, more: Partial<Task> = {}): Task {
  return {
    name: "t",
    kind: "classify",
    about: "",
    labels: {},
    spans: null,
    data: {
      train: [],
      dev: [],
      test: [],
      outside: [],
      text: "text",
      label: "label",
      offsets: "utf16",
      group: null,
      ...data,
    },
    bar: [],
    margins: defaultMargins,
    device: { threads: 1 },
    cost: defaultCost,
    policy: { endpoints: [] },
    seed: 1,
    maxTextLength: 20_000,
    rungs: [],
    ...more,
  };
}

interface Said extends Partial<Omit<Task, "data">> {
  readonly columns?: Partial<DataSpec>;
}

async function importing(name: string, content: string | Uint8Array, said: Said = {}): Promise<Dataset> {
  const { columns, ...more } = said;
  writeFileSync(join(folder, name), content);
  return importFiles(task({ train: [name], ...columns }, more), folder);
}

async function refusal(name: string, content: string | Uint8Array): Promise<string> {
  try {
    await importing(name, content);
  } catch (error) {
    if (error instanceof Fault) return printFault(error);
    throw error;
  }
  throw new Error("nothing was refused");
}

const good = "text,label\nmy card is lost,card\nwhere is my refund,refund\n";

describe("what comes in", () => {
  test("rows, extra columns, parts and places", async () => {
    writeFileSync(join(folder, "a.csv"), "text,label,channel\nmy card is lost,card,email\nrefund me,refund,\n");
    writeFileSync(join(folder, "b.jsonl"), '{"text":"lost card","label":"card","who":{"id":7}}\n');
    const { examples, audit } = await importFiles(task({ train: ["a.csv"], test: ["b.jsonl"] }), folder);
    expect(examples.map(({ id: _, ...rest }) => rest)).toEqual([
      {
        text: "my card is lost",
        target: "card",
        alternatives: [],
        group: null,
        columns: { channel: "email" },
        source: { file: "a.csv", line: 2 },
        given: "train",
      },
      {
        text: "refund me",
        target: "refund",
        alternatives: [],
        group: null,
        columns: { channel: "" },
        source: { file: "a.csv", line: 3 },
        given: "train",
      },
      {
        text: "lost card",
        target: "card",
        alternatives: [],
        group: null,
        columns: { who: '{"id":7}' },
        source: { file: "b.jsonl", line: 1 },
        given: "test",
      },
    ]);
    expect(audit).toMatchObject({
      rows: 3,
      refused: 0,
      labels: [
        { label: "card", n: 2 },
        { label: "refund", n: 1 },
      ],
    });
  });

  test("ids are stable, and differ for exact repeats", async () => {
    const first = await importing("a.csv", `${good}my card is lost,card\n`);
    const again = await importing("a.csv", `${good}my card is lost,card\n`);
    expect(again).toEqual(first);
    expect(new Set(first.examples.map(({ id }) => id)).size).toBe(3);
    expect(first.examples[0].id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("UTF-8 and UTF-16 with a byte order mark", async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good.replace("lost", "perdué"), "utf16le")]);
    const swapped = Buffer.from(utf16).swap16();
    for (const bytes of [Buffer.from(`\ufeff${good.replace("lost", "perdué")}`), utf16, swapped]) {
      const { examples } = await importing("a.csv", bytes);
      expect(examples[0].text).toBe("my card is perdué");
    }
  });

  test("several labels of one row: the most frequent is the target, the rest alternatives", async () => {
    const rows = [
      '{"text":"a b","label":["x","y","y"]}',
      '{"text":"c d","label":["x","y"]}',
      '{"text":"e","label":"x"}',
    ];
    const { examples, audit } = await importing("a.jsonl", rows.join("\n"));
    expect(examples.map(({ target, alternatives }) => [target, alternatives])).toEqual([
      ["y", ["x", "y"]],
      ["x", ["y"]],
      ["x", []],
    ]);
    // One of three pairs agrees in the first text, none of one in the second.
    expect(audit.agreement).toEqual({ texts: 2, share: 1 / 6 });
  });

  test("rows without a label are kept, unlabelled", async () => {
    const { examples, audit } = await importing("a.csv", `${good}who knows,\n`);
    expect(examples[2].target).toBeNull();
    expect(audit.unlabelled).toBe(1);
  });

  test("one more file is read as the task reads its own", async () => {
    writeFileSync(join(folder, "more.csv"), good);
    const spec = { text: "text", label: "label", group: null, labels: ["card"], maxTextLength: 100, spans: null };
    const { examples, refused } = await importFile(join(folder, "more.csv"), spec);
    expect(examples).toHaveLength(1);
    expect(refused).toMatchObject([{ code: "data/label-unknown", source: { line: 3 } }]);
  });
});

describe("a malformed row is refused, counted and listed", () => {
  test("in JSONL", async () => {
    const rows = [
      '{"text":"my card is lost","label":"card"}',
      "{not json",
      '["an","array"]',
      '{"text":"","label":"card"}',
      '{"label":"card"}',
      `{"text":"${"x".repeat(10 * 2 ** 20)}","label":"card"}`,
      `{"text":"${"y".repeat(20_001)}","label":"card"}`,
      '{"text":{"a":1},"label":"card"}',
      '{"text":"a","label":{"a":1}}',
      `{"text":"a","label":"${"l".repeat(300)}"}`,
      '{"text":" \\u200b ","label":"card"}',
      "",
      '{"text":"where is my refund","label":"refund"}',
    ];
    const { examples, refused, audit } = await importing("a.jsonl", rows.join("\n"));
    expect(examples.map(({ source }) => source.line)).toEqual([1, 13]);
    expect(refused.map(({ source, code }) => [source.line, code])).toEqual([
      [2, "data/json"],
      [3, "data/json"],
      [4, "data/text-empty"],
      [5, "data/text-empty"],
      [6, "data/row-too-long"],
      [7, "data/text-too-long"],
      [8, "data/text-type"],
      [9, "data/label-type"],
      [10, "data/label-too-long"],
      [11, "data/text-empty"],
    ]);
    expect(audit).toMatchObject({ rows: 12, refused: 10 });
    expect(audit.remarks[0]).toMatch(/^10 of 12 rows were refused, the first at a\.jsonl:2: not JSON/);
  });

  test("a label that the task does not list, with the nearest it does", async () => {
    const { refused } = await importing("a.csv", `${good}again,refnud\nagain,xyz\n`, {
      labels: { card: "", refund: "" },
    });
    expect(refused.map(({ why }) => why)).toEqual([
      'the task has no label "refnud"; did you mean "refund"?',
      'the task has no label "xyz"',
    ]);
  });
});

describe("files that cannot be used", () => {
  test("a missing column", async () => {
    expect(await refusal("a.csv", good.replace("label", "lable_1"))).toMatchInlineSnapshot(`
      "data/column: a.csv has no column "label"
        where:  a.csv
        why:    it has "text", "lable_1"
        remedy: name the label column with --label, or under data: label: in whittle.yaml"
    `);
    expect(await refusal("b.jsonl", '{"body":"a","label":"x"}\n')).toContain('it has "body", "label"');
  });

  test("an empty file, and one with a header alone", async () => {
    expect(await refusal("a.csv", "")).toMatchInlineSnapshot(`
      "data/empty: a.csv holds no rows
        where:  a.csv
        why:    the file is empty
        remedy: bring a file with a header and rows (CSV) or with one object a line (JSONL)"
    `);
    expect(await refusal("b.csv", "text,label\n")).toContain("a header and nothing below it");
    expect(await refusal("c.jsonl", "\n\n")).toContain("data/empty");
  });

  test("a broken quote in every row", async () => {
    expect(await refusal("a.csv", 'text,label\n"a,x\n"b,y\n')).toMatchInlineSnapshot(`
      "data/no-rows: no row of a.csv could be used
        where:  a.csv:2
        why:    2 refused, the first because text follows a closing quote; a quote inside a field is written twice
        remedy: mend the rows, or check that the columns named are the right ones"
    `);
  });

  test("bytes that are not UTF-8", async () => {
    expect(await refusal("a.csv", Buffer.from(`${good}perdu\xe9,card\n`, "latin1"))).toMatchInlineSnapshot(`
      "data/encoding: a.csv is not UTF-8 text
        where:  a.csv:4, byte 63 (0xE9)
        why:    this byte cannot stand here in UTF-8; in Windows-1252 it is "é"
        remedy: save the file as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 a.csv > utf8-a.csv"
    `);
    expect(await refusal("b.csv", Buffer.from(good, "utf16le"))).toContain("UTF-16 without a byte order mark");
    expect(await refusal("c.csv", Buffer.concat([Buffer.from(good), Buffer.from([0xe2, 0x82])]))).toContain(
      "c.csv:4, byte 58 (0xE2)",
    );
    expect(await refusal("d.csv", Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]))).toContain("data/encoding");
  });

  test("other formats under the name of one of ours", async () => {
    expect(await refusal("a.csv", Buffer.from("PK\x03\x04 and so on"))).toContain("an Excel workbook");
    expect(await refusal("b.json", '[\n{"text":"a","label":"b"}\n]')).toContain("jq -c");
  });

  test("a file that is not there", async () => {
    writeFileSync(join(folder, "tickets.csv"), good);
    await expect(importFiles(task({ train: ["ticket.csv"] }), folder)).rejects.toMatchObject({
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
    expect(await refusal("a.csv", rows([0.5, 1.25, 3.75, 2.5]))).toMatchInlineSnapshot(`
      "data/label-numeric: the labels look like measurements: "0.5", "1.25", "3.75", …
        where:  column "label"
        why:    4 different numbers in 4 rows; a label is one of a few names
        remedy: sort the numbers into named classes, or name another column with --label"
    `);
  });

  test("numbers that are names pass, with a remark", async () => {
    const { examples, audit } = await importing("a.csv", rows([1, 2, 3, 1, 2, 3]));
    expect(examples[0].target).toBe("1");
    expect(audit.remarks.at(-1)).toBe(
      'the labels are numbers and are taken as names ("1", "2", "3"): 4 is as far from 5 as from 1',
    );
  });

  test("no label, one label, and a value of its own in every row", async () => {
    expect(await refusal("a.csv", rows(["", ""]))).toContain("data/no-labels");
    expect(await refusal("b.csv", rows(["x", "x"]))).toContain("data/one-label");
    expect(await refusal("c.csv", rows(Array.from({ length: 30 }, (_, i) => `key-${i}`)))).toContain("data/label-open");
  });
});

describe("the audit", () => {
  test("a label seen once is kept and told with its place", async () => {
    const { audit, examples } = await importing(
      "a.csv",
      `${good}my card is gone,card\nfly me to the moon,travel\nrefund,refund\n`,
    );
    expect(examples).toHaveLength(5);
    expect(audit.rare).toContainEqual({ label: "travel", n: 1 });
    expect(audit.remarks[0]).toContain('label "travel" is seen once (a.csv:5)');
  });

  test("duplicates, near and exact, and texts under different labels", async () => {
    const source = `${good}My  card is LOST!,card\nmy card is lost,refund\nmy card is lost,card\n`;
    const { audit, clusters } = await importing("a.csv", source);
    expect(clusters).toEqual([0, 1, 0, 0, 0]);
    expect(audit.exactDuplicates).toBe(2);
    expect(audit.nearDuplicates.rows).toBe(4);
    expect(audit.nearDuplicates.examples).toEqual([{ a: "my card is lost", b: "My  card is LOST!", similarity: 1 }]);
    expect(audit.conflicts).toEqual({
      texts: 1,
      rows: 3,
      examples: [{ text: "my card is lost", labels: ["card", "refund"], rows: 3 }],
    });
    expect(audit.agreement).toEqual({ texts: 1, share: 1 / 3 });
    expect(audit.remarks[0]).toContain("no model can be right on all of them");
  });
});

test("the hash of the sources follows their bytes and what is read of them, and nothing else", () => {
  writeFileSync(join(folder, "a.csv"), good);
  const before = hashSources(task({ train: ["a.csv"] }), folder);
  expect(hashSources(task({ train: ["a.csv"] }, { seed: 9 }), folder)).toBe(before);
  expect(hashSources(task({ train: ["a.csv"], label: "text" }), folder)).not.toBe(before);
  writeFileSync(join(folder, "a.csv"), `${good}more,card\n`);
  expect(hashSources(task({ train: ["a.csv"] }), folder)).not.toBe(before);
});

test("whatever the bytes, the import ends with examples or with a fault", async () => {
  const csv = Buffer.from(`${good}"a ""quoted"" one",card\nlast,refund\n`);
  const jsonl = Buffer.from('{"text":"a","label":["x","y"]}\n{"text":"b","label":1}\n');
  const damage = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\n,{}[]\\')))), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("a.csv", "a.jsonl"), damage, fc.nat(), async (name, hits, length) => {
      const bytes = Buffer.from(name === "a.csv" ? csv : jsonl);
      for (const [at, byte] of hits) bytes[at % bytes.length] = byte;
      const content = length % 3 === 0 ? bytes.subarray(0, length % bytes.length) : bytes;
      const outcome: unknown = await importing(name, content).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Fault);
      else expect((outcome as Dataset).examples.length).toBeGreaterThan(0);
    }),
    { numRuns: 400, seed: 1 },
  );
});

describe("texts from outside the task", () => {
  test("come without labels, each text once, and never one of the task's own", async () => {
    writeFileSync(join(folder, "a.csv"), "text,label\nmy card is lost,card\nwhere is my parcel,parcel\n");
    writeFileSync(join(folder, "o.csv"), "text,label\nradio show,none\nRADIO  show,\nMy card is lost,\n,\n");
    await expect(importOutside(task({ outside: ["o.csv"] }), folder, [])).rejects.toMatchObject({
      code: "data/outside-few",
    });
    const more = Array.from({ length: 19 }, (_, i) => `show ${i},\n`).join("");
    appendFileSync(join(folder, "o.csv"), more);
    const own = task({ train: ["a.csv"], outside: ["o.csv"] });
    const { examples } = await importFiles(own, folder);
    const outside = await importOutside(own, folder, examples);
    expect(outside.examples.length).toBe(20);
    expect(outside.examples[0]).toMatchObject({ text: "radio show", target: null });
    expect([outside.repeated, outside.refused]).toEqual([2, 1]);
    writeFileSync(join(folder, "o.csv"), "body\nradio show\n");
    await expect(importOutside(own, folder, examples)).rejects.toMatchObject({ code: "data/column" });
  });
});
