import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { good, importing, taskOf } from "../../../test/importing.ts";
import { scratch } from "../../../test/scratch.ts";
import { Fault } from "../../base/fault.ts";
import type { Dataset } from "../../record/dataset.ts";
import { importFile, importFiles } from "./index.ts";

const folder = scratch();

describe("what comes in", () => {
  test("rows, extra columns, parts and places", async () => {
    writeFileSync(join(folder(), "a.csv"), "text,label,channel\nmy card is lost,card,email\nrefund me,refund,\n");
    writeFileSync(join(folder(), "b.jsonl"), '{"text":"lost card","label":"card","who":{"id":7}}\n');
    const { examples, audit } = await importFiles(taskOf({ train: ["a.csv"], test: ["b.jsonl"] }), folder());
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
    const first = await importing(folder(), "a.csv", `${good}my card is lost,card\n`);
    const again = await importing(folder(), "a.csv", `${good}my card is lost,card\n`);
    expect(again).toEqual(first);
    expect(new Set(first.examples.map(({ id }) => id)).size).toBe(3);
    expect(first.examples[0].id).toMatch(/^[0-9a-f]{16}$/);
  });

  test("UTF-8 and UTF-16 with a byte order mark", async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good.replace("lost", "perdué"), "utf16le")]);
    const swapped = Buffer.from(utf16).swap16();
    for (const bytes of [Buffer.from(`\ufeff${good.replace("lost", "perdué")}`), utf16, swapped]) {
      const { examples } = await importing(folder(), "a.csv", bytes);
      expect(examples[0].text).toBe("my card is perdué");
    }
  });

  test("several labels of one row: the most frequent is the target, the rest alternatives", async () => {
    const rows = [
      '{"text":"a b","label":["x","y","y"]}',
      '{"text":"c d","label":["x","y"]}',
      '{"text":"e","label":"x"}',
    ];
    const { examples, audit } = await importing(folder(), "a.jsonl", rows.join("\n"));
    expect(examples.map(({ target, alternatives }) => [target, alternatives])).toEqual([
      ["y", ["x", "y"]],
      ["x", ["y"]],
      ["x", []],
    ]);
    // One of three pairs agrees in the first text, none of one in the second.
    expect(audit.agreement).toEqual({ texts: 2, share: 1 / 6 });
  });

  test("rows without a label are kept, unlabelled", async () => {
    const { examples, audit } = await importing(folder(), "a.csv", `${good}who knows,\n`);
    expect(examples[2].target).toBeNull();
    expect(audit.unlabelled).toBe(1);
  });

  test("one more file is read as the task reads its own", async () => {
    writeFileSync(join(folder(), "more.csv"), good);
    const spec = { text: "text", label: "label", group: null, labels: ["card"], maxTextLength: 100, spans: null };
    const { examples, refused } = await importFile(join(folder(), "more.csv"), spec);
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
    const { examples, refused, audit } = await importing(folder(), "a.jsonl", rows.join("\n"));
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
    const { refused } = await importing(folder(), "a.csv", `${good}again,refnud\nagain,xyz\n`, {
      labels: { card: "", refund: "" },
    });
    expect(refused.map(({ why }) => why)).toEqual([
      'the task has no label "refnud"; did you mean "refund"?',
      'the task has no label "xyz"',
    ]);
  });
});

describe("the audit", () => {
  test("a label seen once is kept and told with its place", async () => {
    const { audit, examples } = await importing(
      folder(),
      "a.csv",
      `${good}my card is gone,card\nfly me to the moon,travel\nrefund,refund\n`,
    );
    expect(examples).toHaveLength(5);
    expect(audit.rare).toContainEqual({ label: "travel", n: 1 });
    expect(audit.remarks[0]).toContain('label "travel" is seen once (a.csv:5)');
  });

  test("duplicates, near and exact, and texts under different labels", async () => {
    const source = `${good}My  card is LOST!,card\nmy card is lost,refund\nmy card is lost,card\n`;
    const { audit, clusters } = await importing(folder(), "a.csv", source);
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
      const outcome: unknown = await importing(folder(), name, content).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Fault);
      else expect((outcome as Dataset).examples.length).toBeGreaterThan(0);
    }),
    { numRuns: 400, seed: 1 },
  );
});
