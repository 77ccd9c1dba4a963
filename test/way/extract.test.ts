import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { acceptedSchema } from "../../src/record/accepted.ts";
import type { CheckReport } from "../../src/record/check.ts";
import { invoiceRows, jsonlOf } from "./made-spans.ts";
import { faultOf, type Outcome, whittle } from "./whittle.ts";

/** Extract as a user has it: bare values in, typed records out, and a gate that sees when a field is lost. */

const pack = "bills/bills.whittle";
const text =
  "Baker & Ward sent two lamps and paint; pay 1549.75 EUR until 7.3.2025. Nothing else is open at the moment.";

// Packs are measured in processes of their own, which takes its time where cores are shared.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

describe("extract, the whole way", () => {
  let cwd = "";
  let made: Outcome;
  const run = (...args: string[]): Promise<Outcome> => whittle(args, { cwd });
  const json = async (...args: string[]): Promise<unknown> => {
    const outcome = await run(...args, "--json");
    expect([0, 100], outcome.err).toContain(outcome.code);
    return JSON.parse(outcome.out);
  };
  const init = (folder: string, file: string): Promise<Outcome> =>
    run("init", folder, "--kind", "extract", "--from", file, "--bar", "span_f1=0.5", "--quiet");

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "whittle-way-"));
    writeFileSync(join(cwd, "rows.jsonl"), jsonlOf(invoiceRows(90)));
    writeFileSync(join(cwd, "later.jsonl"), jsonlOf(invoiceRows(45, 90)));
    // The same rows by somebody who never marked a total: a model that answers, and leaves it out.
    const partial = invoiceRows(90).map(({ fields: { vendor, due }, ...row }) => ({
      ...row,
      fields: { vendor, due },
    }));
    writeFileSync(join(cwd, "partial.jsonl"), jsonlOf(partial));
    expect((await init("bills", "rows.jsonl")).code).toBe(0);
    made = await run("make", "bills", "--rungs", "linear");
    expect(made.code, made.err + made.out).toBe(0);
    await init("partial", "partial.jsonl");
    const other = await run("make", "partial", "--rungs", "baseline", "--quiet");
    expect([0, 100], other.err).toContain(other.code);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it("init guesses the types of fields; make shows the kind's own figures", () => {
    const yaml = readFileSync(join(cwd, "bills/whittle.yaml"), "utf8");
    expect(yaml).toMatch(/^ {2}total: \{type: amount/m);
    expect(yaml).toMatch(/^ {2}due: \{type: date/m);
    expect(yaml).toMatch(/^margins: \{span_f1: 0.01, record_exact: 0.02, brier/m);
    expect(made.out).toMatch(/^rung +at +span F1 +all right +p95 +size +memory +bar$/m);
    expect(made.out).toMatch(/^linear +int8 +[01]\.\d{3} \[.*\] .* ✓ held$/m);
    expect(made.out).toContain("texts wholly right, on made variants of");
    expect(made.out).not.toMatch(/accuracy|[Kk]eyword/);
  });

  it("predict tells typed values, for people, as JSON and as CSV with a column a field", async () => {
    const shown = await run("predict", pack, text);
    expect(shown.code, shown.err).toBe(0);
    expect(shown.out).toMatch(/^total +1549\.75 EUR +(> )?[01]\.\d{3}/m);
    expect(shown.out).toMatch(/^due +2025-03-07 +(> )?[01]\.\d{3} +"7\.3\.2025"$/m);
    const told = (await json("predict", pack, text)) as { fields: unknown; spans: { label: string; text: string }[] };
    expect(told.fields).toEqual({
      due: "2025-03-07",
      total: { amount: "1549.75", currency: "EUR" },
      vendor: "Baker & Ward",
    });
    expect(told.spans.map(({ label, text: words }) => [label, words])).toContainEqual(["vendor", "Baker & Ward"]);
    writeFileSync(join(cwd, "in.jsonl"), jsonlOf([{ text, id: 7 }]));
    expect((await run("predict", pack, "--in", "in.jsonl", "--out", "out.csv")).code).toBe(0);
    const [head, row] = readFileSync(join(cwd, "out.csv"), "utf8").split("\r\n");
    expect(head).toBe("text,id,due,total,vendor,confidence,error");
    expect(row).toMatch(/^Baker & Ward sent .*,7,2025-03-07,1549\.75 EUR,Baker & Ward,[01](\.\d+)?,$/);
  });

  it("evaluate judges on any file with fields or spans, and refuses offsets that count something else", async () => {
    const told = await json("evaluate", pack, "--data", "later.jsonl");
    expect(told).toMatchObject({ task: "bills", kind: "extract", n: 45, unscored: 0, overlap: 0 });
    const { quality, slices } = told as { quality: Record<string, object>; slices: { name: string; n: number }[] };
    expect(Object.keys(quality)).toEqual(
      expect.arrayContaining(["span_f1", "span_recall", "span_precision", "overlap_f1", "record_exact"]),
    );
    expect(slices).toContainEqual(expect.objectContaining({ name: "label=total", n: 45 }));
    const shown = await run("evaluate", pack, "--data", "later.jsonl");
    expect(shown.out).toMatch(/^label=total +45 spans +/m);
    const spans = [{ start: 5, end: 17, label: "vendor" }];
    const shifted = Array.from({ length: 12 }, (_, i) => ({
      text: `📎📎 ${text} ${i}`,
      spans: [{ ...spans[0], start: 3, end: 15 }],
    }));
    writeFileSync(join(cwd, "shifted.jsonl"), jsonlOf(shifted));
    const fault = faultOf(await run("evaluate", pack, "--data", "shifted.jsonl", "--json"));
    expect(fault).toMatchObject({ code: "data/offsets" });
    expect(fault.why).toContain("count code points, not UTF-16 units");
    const right = await json("evaluate", pack, "--data", "shifted.jsonl", "--offsets", "codepoint");
    expect(right).toMatchObject({ n: 12, unscored: 0 });
  });

  it("accept keeps answers and no text; check holds on the same, and breaks where a field is lost", async () => {
    const who = ["--by", "Ada", "--why", "the first"];
    await json("accept", "bills", "--data", "later.jsonl", ...who);
    const kept = readFileSync(join(cwd, "bills/accepted.json"), "utf8");
    expect(acceptedSchema.parse(JSON.parse(kept)).later).toHaveLength(45);
    expect(kept).not.toMatch(/Fenmarsh|payable/);

    const same = (await json("check", "bills", "--data", "later.jsonl")) as CheckReport;
    expect(same.verdict).not.toBe("broken");
    expect(same.rows).toMatchObject({ later: 45, missing: 0 });
    expect(same.lines.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["span_f1", "record_exact", "risk_coverage"]),
    );
    const lost = ["check", "bills", "--pack", "partial/partial.whittle", "--data", "later.jsonl"];
    const report = (await json(...lost)) as CheckReport;
    expect(report.verdict).toBe("broken");
    for (const name of ["span_f1", "record_exact"]) {
      expect(report.lines.find((line) => line.name === name)?.verdict, name).toBe("broken");
    }
    const shown = await run(...lost, "--annotations", "--quiet");
    expect(shown.code).toBe(100);
    expect(shown.out).toMatch(/^::error title=whittle check%3A span_f1 broken::-0\.\d{3}/m);
    expect(shown.out).not.toMatch(/\[\[\d/);
  });

  it("diff, show, log and suspects speak of fields and values, never of tuples", async () => {
    const shown = await Promise.all([
      run("show", "linear:int8", "--dir", "bills"),
      run("diff", "linear:fp32", "linear:int8", "--dir", "bills"),
      run("log", "bills"),
      run("data", "list", "bills"),
      run("data", "suspects", "--dir", "bills"),
      run("show", pack),
      run("show", "bills"),
    ]);
    for (const { code, out, err } of shown) {
      expect(code, err).toBe(0);
      expect(out).not.toMatch(/\[\[\d|\[\["/);
    }
    expect(shown[0].out).toMatch(/label=vendor +\d+ spans/);
    expect(shown[1].out).toMatch(/^span_f1, head − base: /m);
    expect(shown[1].out).toContain("texts wholly right, head − base: ");
    expect(shown[2].out).toMatch(/^run .* span_f1 +p95/m);
    expect(shown[3].out).toContain("of texts wholly right");
    expect(shown[5].out).toContain("bills, extract, 3 fields");
    expect(shown[6].out).toMatch(/^fields\n +due +date/m);
  });

  it("added rows with bare values are refused where the task holds them, with both sides in words", async () => {
    const [row] = invoiceRows(1);
    const fresh = { ...invoiceRows(1, 400)[0] };
    writeFileSync(join(cwd, "more.jsonl"), jsonlOf([{ ...row, fields: { vendor: row.fields["vendor"] } }, fresh]));
    const { code, out, err } = await run("data", "add", "more.jsonl", "--dir", "bills");
    expect(code, err).toBe(0);
    expect(out).toMatch(/more\.jsonl:1 repeats .*, and says vendor "Fenmarsh Cloud" where that says /);
    expect(out).toMatch(/total "12\.25 EUR"/);
    expect(out).not.toMatch(/\[\[\d/);
  });
});
