import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonlOf, letterRows } from "./made-spans.ts";
import { emptyFolder, faultOf, type Outcome, whittle } from "./whittle.ts";

/** Rows whose spans cannot be right: each is refused by its line with a code, tells no word of its text, and the rest goes on. */

interface Told {
  readonly added: number;
  readonly refused: readonly {
    readonly source: { readonly line: number };
    readonly code: string;
    readonly why: string;
  }[];
}

const family = "👨‍👩‍👧";
const secret = "Zelda Quine";
const span = (start: number, end: number, label = "NAME"): object => ({ start, end, label });
const bad: readonly (readonly [what: string, code: string, row: object])[] = [
  ["spans that overlap", "data/span-overlap", { text: `${secret} rang twice`, spans: [span(0, 11), span(6, 16)] }],
  ["past the text", "data/span-outside", { text: `call ${secret}`, spans: [span(5, 40)] }],
  ["a split surrogate pair", "data/span-character", { text: `😀 ${secret} came`, spans: [span(1, 14)] }],
  ["a split grapheme", "data/span-character", { text: `${family} ${secret} left`, spans: [span(3, 20)] }],
  ["white space alone", "data/span-blank", { text: `${secret}    was here`, spans: [span(11, 14)] }],
  ["an empty span", "data/span-empty", { text: `${secret} was there`, spans: [span(6, 6)] }],
  ["a negative start", "data/span-form", { text: `${secret} was away`, spans: [span(-1, 6)] }],
  ["a label nobody declared", "data/label-unknown", { text: `${secret} was late`, spans: [span(0, 11, "NAMES")] }],
  [
    "another text than is said to stand there",
    "data/span-text",
    { text: `${secret} was ill`, spans: [{ ...span(0, 11), text: "Nobody" }] },
  ],
  ["no list of spans", "data/span-form", { text: `${secret} was early`, spans: "0-11" }],
];

/** Rows that are right, and tell that offsets count UTF-16 units. */
const good = ["Ada Byron", "Linus Ek", "Mary Ward"].map((name) => ({
  text: `📎 about ${name} nothing is wrong`,
  spans: [span(9, 9 + name.length)],
}));

describe("spans that cannot be right", () => {
  let cwd = "";
  const run = (...args: string[]): Promise<Outcome> => whittle(args, { cwd });
  const init = (folder: string, file: string, ...flags: string[]): Promise<Outcome> =>
    run("init", folder, "--kind", "redact", "--from", file, "--json", ...flags);

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "whittle-way-"));
    // Without emoji every unit counts alike.
    const rows = letterRows(40).filter(({ text }) => !/\p{Emoji_Presentation}/u.test(text));
    writeFileSync(join(cwd, "rows.jsonl"), jsonlOf(rows));
    expect((await init("notes", "rows.jsonl")).code).toBe(0);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it("each row is refused by its line and its code, and the rest is taken", async () => {
    writeFileSync(join(cwd, "more.jsonl"), jsonlOf([...bad.map(([, , row]) => row), ...good]));
    const { code, out, err } = await run("data", "add", "more.jsonl", "--dir", "notes", "--json");
    expect(code, err).toBe(0);
    const told = JSON.parse(out) as Told;
    expect(told.added).toBe(good.length);
    expect(told.refused.map(({ source, code: refusal }) => [source.line, refusal])).toEqual(
      bad.map(([, refusal], i) => [i + 1, refusal]),
    );
    expect(told.refused.find(({ code: refusal }) => refusal === "data/label-unknown")?.why).toContain(
      'did you mean "NAME"?',
    );
    expect(out + err, "no word of a text is told").not.toMatch(/Zelda|Quine/);
  });

  it("whoever reads the terminal gets the same, without the texts", async () => {
    writeFileSync(
      join(cwd, "again.jsonl"),
      jsonlOf([
        ...bad.slice(0, 3).map(([, , row]) => row),
        ...good.map(({ text, spans }) => ({ text: `${text} too`, spans })),
      ]),
    );
    const { code, out, err } = await run("data", "add", "again.jsonl", "--dir", "notes");
    expect(code, err).toBe(0);
    expect(out).toMatch(
      /Refused +again\.jsonl:2 span 1 \("NAME", 5 to 40\): the text ends at 16 \(data\/span-outside\)/,
    );
    expect(out).not.toMatch(/Zelda|Quine/);
  });

  it("a file with nothing but such rows is a fault that names the first", async () => {
    writeFileSync(join(cwd, "none.jsonl"), jsonlOf(bad.slice(0, 2).map(([, , row]) => row)));
    const fault = faultOf(await init("none", "none.jsonl"));
    expect(`${fault.where} ${fault.why}`).toContain("none.jsonl:1");
    expect(JSON.stringify(fault)).not.toMatch(/Zelda|Quine/);
  });

  it("offsets in another unit are found out for the whole file, and the flag is named that mends it", async () => {
    const folder = emptyFolder();
    const file = join(folder, "rows.jsonl");
    writeFileSync(file, jsonlOf(letterRows(60)));
    const fault = faultOf(await init(join(folder, "task"), file));
    expect(fault).toMatchObject({ code: "data/offsets" });
    expect(fault.why).toContain("the offsets count code points, not UTF-16 units");
    expect(fault.remedy).toContain("--offsets codepoint");
    const mended = await init(join(folder, "task"), file, "--offsets", "codepoint");
    expect(mended.code, mended.err).toBe(0);
    expect(JSON.parse(mended.out)).toMatchObject({ audit: { refused: 0 } });
  });

  it("offsets mean nothing where there are no spans", async () => {
    writeFileSync(join(cwd, "labels.csv"), "text,label\na,b\n");
    const outcome = await run(
      "init",
      "labels",
      "--kind",
      "classify",
      "--from",
      "labels.csv",
      "--offsets",
      "byte",
      "--json",
    );
    expect(faultOf(outcome, 2)).toMatchObject({ code: "usage/offsets" });
  });
});
