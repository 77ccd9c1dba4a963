import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CheckReport } from "../../src/record/check.ts";
import { jsonlOf, letterRows } from "./made-spans.ts";
import { faultOf, type Outcome, whittle } from "./whittle.ts";

/** Redact as a user has it: spans in, clean texts out, and a gate on what leaks that repeats no word of anybody. */

const pack = "notes/notes.whittle";
const text =
  "Dear Ada Byron, the order of paint and seeds stands under account K-10407. Nothing else is open at the moment.";
const personal = /Byron|Ada|Linus|Ward|Otto|Inés|Émile|Uwe|Marsh|K-\d{5}/;

// Packs are measured in processes of their own, which takes its time where cores are shared.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

describe("redact, the whole way", () => {
  let cwd = "";
  let made: Outcome;
  /** As init wrote it. */
  let yaml = "";
  const run = (...args: string[]): Promise<Outcome> => whittle(args, { cwd });
  const json = async (...args: string[]): Promise<unknown> => {
    const outcome = await run(...args, "--json");
    expect([0, 100], outcome.err).toContain(outcome.code);
    return JSON.parse(outcome.out);
  };
  const answered = (key: string, ...args: string[]): Promise<Outcome> =>
    whittle(["predict", pack, ...args], { cwd, env: { WHITTLE_PSEUDONYM_KEY: key } });
  const init = (folder: string, file: string): Promise<Outcome> =>
    run(
      ...["init", folder, "--kind", "redact", "--from", file, "--offsets", "codepoint", "--quiet"],
      ...["--bar", "leak_documents=0.6"],
    );

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "whittle-way-"));
    writeFileSync(join(cwd, "rows.jsonl"), jsonlOf(letterRows(90)));
    writeFileSync(join(cwd, "later.jsonl"), jsonlOf(letterRows(60, 90)));
    // The same rows by somebody who marked accounts alone: every name is left to read.
    const careless = letterRows(90).map((row) => ({ ...row, spans: row.spans.filter((s) => s.label === "ACCOUNT") }));
    writeFileSync(join(cwd, "careless.jsonl"), jsonlOf(careless));
    expect((await init("notes", "rows.jsonl")).code).toBe(0);
    yaml = readFileSync(join(cwd, "notes/whittle.yaml"), "utf8");
    writeFileSync(
      join(cwd, "notes/whittle.yaml"),
      yaml.replace(/^ {2}NAME: \{.*$/m, "  NAME: {policy: pseudonym, scope: corpus}"),
    );
    made = await run("make", "notes", "--rungs", "linear");
    expect([0, 100], made.err + made.out).toContain(made.code);
    await init("careless", "careless.jsonl");
    const other = await run("make", "careless", "--rungs", "baseline", "--quiet");
    expect([0, 100], other.err).toContain(other.code);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it("init and make speak of leaks, and of nobody", () => {
    expect(yaml).toMatch(/^ {2}NAME: \{.*policy: /m);
    expect(yaml).toMatch(/^margins: \{span_f1: 0.01, record_exact: 0.02, leaks: 0.01, brier/m);
    expect(made.out).toMatch(/^rung +at +span F1 +leaking +p95 +size +memory +bar$/m);
    expect(made.out + made.err).not.toMatch(personal);
    expect(made.out).not.toMatch(/accuracy/);
  });

  it("predict gives the clean text; a file's answers repeat nothing of what was taken out", async () => {
    const shown = await answered("a key", text);
    expect(shown.code, shown.err).toBe(0);
    expect(shown.out).not.toMatch(personal);
    expect(shown.out).toContain("the order of paint and seeds stands under account");
    writeFileSync(
      join(cwd, "in.jsonl"),
      `${jsonlOf([{ text, id: 7, spans: [{ start: 5, end: 14, label: "NAME", text: "Ada Byron" }] }])}{"text": Ada}\n`,
    );
    for (const out of ["out.jsonl", "out.csv"]) {
      expect((await answered("a key", "--in", "in.jsonl", "--out", out)).code).toBe(1);
      const written = readFileSync(join(cwd, out), "utf8");
      expect(written).toContain("paint and seeds");
      expect(written).toContain("predict/not-json");
      expect(written).not.toMatch(personal);
    }
  });

  it("evaluate judges leaks, on files that count code points", async () => {
    const args = ["evaluate", pack, "--data", "later.jsonl"];
    expect(faultOf(await run(...args, "--json"))).toMatchObject({ code: "data/offsets" });
    const told = await json(...args, "--offsets", "codepoint");
    expect(told).toMatchObject({ kind: "redact", n: 60, unscored: 0 });
    const { quality } = told as { quality: Record<string, object> };
    expect(Object.keys(quality)).toEqual(
      expect.arrayContaining(["span_f1", "leak_documents", "leak_characters", "over_redaction", "record_exact"]),
    );
    const shown = await run(...args, "--offsets", "codepoint");
    expect(shown.out).toMatch(/^label=ACCOUNT +\d+ spans/m);
    expect(shown.out).not.toMatch(personal);
  });

  it("check breaks where more is left to read, and neither it nor accepted.json names anybody", async () => {
    await json("accept", "notes", "--data", "later.jsonl", "--by", "Eve", "--why", "the first");
    expect(readFileSync(join(cwd, "notes/accepted.json"), "utf8")).not.toMatch(personal);
    const same = (await json("check", "notes", "--data", "later.jsonl")) as CheckReport;
    expect(same.verdict).not.toBe("broken");
    const leaking = ["check", "notes", "--pack", "careless/careless.whittle", "--data", "later.jsonl"];
    const report = (await json(...leaking)) as CheckReport;
    expect(report.verdict).toBe("broken");
    for (const name of ["span_f1", "leak_documents", "leak_characters"]) {
      expect(report.lines.find((line) => line.name === name)?.verdict, name).toBe("broken");
    }
    const files = ["--annotations", "--junit", "check.xml", "--markdown", "check.md"];
    const shown = await run(...leaking, ...files);
    expect(shown.code).toBe(100);
    expect(shown.out).toMatch(/^::error title=whittle check%3A leak_documents broken::\+[01]\.\d{3}/m);
    const said =
      shown.out + shown.err + ["check.xml", "check.md"].map((file) => readFileSync(join(cwd, file), "utf8")).join("");
    expect(said).toContain("leak_characters");
    expect(said).not.toMatch(personal);
    expect(said).not.toMatch(/\[\[\d/);
  });

  it("log and show name nobody; diff and suspects are for whoever holds the texts, and write no tuples", async () => {
    const open = await Promise.all([
      run("log", "notes"),
      run("show", "linear:int8", "--dir", "notes"),
      run("show", pack),
      run("data", "list", "notes"),
    ]);
    for (const { code, out, err } of open) {
      expect(code, err).toBe(0);
      expect(out).not.toMatch(personal);
    }
    const local = await Promise.all([
      run("diff", "linear:fp32", "linear:int8", "--dir", "notes"),
      run("data", "suspects", "--dir", "notes"),
    ]);
    for (const { code, out, err } of local) {
      expect(code, err).toBe(0);
      expect(out).not.toMatch(/\[\[\d/);
    }
    expect(local[0].out).toMatch(/^span_f1, head − base: /m);
  });

  it("pseudonyms over a corpus are the same under one key, and nothing is answered without", async () => {
    expect(faultOf(await run("predict", pack, text, "--json"))).toMatchObject({ code: "redact/no-key" });
    const [one, same, other] = await Promise.all(["a key", "a key", "another"].map((key) => answered(key, text)));
    expect(one.out).toMatch(/^Dear \[NAME-[0-9a-f]{10}\], /);
    expect(same.out).toBe(one.out);
    expect(other.out).not.toBe(one.out);
  });
});
