import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layout } from "../../src/packfile/layout.ts";
import { readPack } from "../../src/packfile/read.ts";
import { writePack } from "../../src/packfile/write.ts";
import { acceptedSchema } from "../../src/record/accepted.ts";
import type { CheckReport } from "../../src/record/check.ts";
import { csvOf, easyRows, emptyFolder, faultOf, type Outcome, whittle } from "./whittle.ts";

/** The gate as a team meets it: make, accept, change something, check; then a fresh clone without the store. */

const who = ["--by", "Ada", "--why", "the first that held"];

function reportOf({ out, err, code }: Outcome): CheckReport {
  expect([0, 100], err).toContain(code);
  return JSON.parse(out) as CheckReport;
}

function line(report: CheckReport, name: string): CheckReport["lines"][number] {
  const found = report.lines.find((l) => l.name === name);
  expect(found, `a line "${name}"`).toBeDefined();
  return found as CheckReport["lines"][number];
}

/** Rows that no training row repeats. */
function freshRows(n: number): { body: string; queue: string; channel: string }[] {
  return easyRows(n).map((row, i) => ({ ...row, body: `${row.body}, reported again on day ${i * 3 + 1}` }));
}

describe("check and accept", () => {
  let cwd = "";
  let wrong = "";
  let accepted: Outcome;
  const pack = "task/task.whittle";
  const run = (...args: string[]): Promise<Outcome> => whittle([...args, "--json"], { cwd });

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), "whittle-way-"));
    writeFileSync(join(cwd, "rows.csv"), csvOf(easyRows(60)));
    writeFileSync(join(cwd, "later.csv"), csvOf(freshRows(60)));
    const init = ["init", "task", "--kind", "classify", "--from", "rows.csv", "--text", "body", "--label", "queue"];
    await run(...init, "--bar", "accuracy=0.5");
    const made = await run("make", "task", "--rungs", "linear");
    expect(made.code, made.err).toBe(0);
    // The same way over rows whose labels were turned round: a model that is sure and wrong.
    const turned = { delivery: "billing", billing: "account", account: "delivery" } as const;
    writeFileSync(
      join(cwd, "turned.csv"),
      csvOf(easyRows(60).map((row) => ({ ...row, queue: turned[row.queue as keyof typeof turned] }))),
    );
    await run(...init.map((word) => (word === "task" ? "turned" : word === "rows.csv" ? "turned.csv" : word)));
    const other = await run("make", "turned", "--rungs", "linear");
    expect([0, 100], other.err).toContain(other.code);
    wrong = join(cwd, "turned/turned.whittle");
    accepted = await run("accept", "task", "--data", "later.csv", ...who);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it("asks for an accepted candidate first", async () => {
    expect(faultOf(await run("check", "turned"))).toMatchObject({ code: "check/nothing-accepted" });
  });

  it("accept wants a name and a reason", async () => {
    expect(faultOf(await run("accept", "task", "--by", "Ada"), 2).code).toBe("usage/missing");
  });

  it("accept refuses the rows that the model was trained on and those of the sealed test", async () => {
    await cp(join(cwd, "task"), join(cwd, "again"), { recursive: true });
    const outcome = await run("accept", "again", "--data", "rows.csv", ...who);
    expect(outcome.code, outcome.err).toBe(0);
    const told = JSON.parse(outcome.out) as { rows: { later: number; ladder: number }; refused: number };
    expect(told.rows.later).toBe(0);
    expect(told.refused).toBe(180);
    expect(faultOf(await run("accept", "again", "--pack", wrong, "--data", "turned.csv", ...who)).code).toBe(
      "check/no-rows",
    );
  });

  it("accepted.json holds figures, hashes and every answer, and opens the test no further", () => {
    expect(accepted.code, accepted.err).toBe(0);
    const text = readFileSync(join(cwd, "task/accepted.json"), "utf8");
    const kept = acceptedSchema.parse(JSON.parse(text));
    expect(kept).toMatchObject({ by: "Ada", why: "the first that held", test_openings: 1 });
    expect(kept.pack.hash).toBe(readPack(join(cwd, pack)).hash);
    expect(kept.later).toHaveLength(180);
    expect(kept.ladder.length).toBeGreaterThan(100);
    expect(text, "no text of a row is repeated").not.toContain("reported again");
    expect(text).not.toContain(cwd);
  });

  it("holds where nothing changed, out of fold and on later rows", async () => {
    const outcome = await run("check", "task", "--data", "later.csv");
    expect(outcome.code, outcome.err).toBe(0);
    const report = reportOf(outcome);
    expect(report.verdict).not.toBe("broken");
    expect(report.rows).toMatchObject({ later: 180, missing: 0, refused: 0 });
    expect(report.rows.compared).toBeGreaterThan(280);
    expect(line(report, "parity").verdict).toBe("held");
    expect(line(report, "accuracy").change).toMatchObject({ value: 0, method: "tango" });
  });

  it("breaks on a model that is worse, in quality and in slices, and says so in every envelope", async () => {
    const files = ["--junit", "check.xml", "--markdown", "check.md"];
    const outcome = await run("check", "task", "--pack", wrong, "--data", "later.csv", ...files);
    expect(outcome.code, outcome.err).toBe(100);
    const report = reportOf(outcome);
    expect(report.verdict).toBe("broken");
    for (const name of ["accuracy", "macro_f1", "brier", "risk_coverage"]) {
      expect(line(report, name).verdict, name).toBe("broken");
    }
    expect(report.slices.filter((slice) => slice.verdict === "broken").map((slice) => slice.name)).toContain(
      "label=billing",
    );
    // The accepted pack is kept on this machine, so that both can be timed in turns.
    expect(line(report, "latency").change).toMatchObject({ n: 500, method: "order-statistics" });
    expect(line(report, "memory").verdict).toBe("held");
    const xml = readFileSync(join(cwd, "check.xml"), "utf8");
    expect(xml).toMatch(/<testcase classname="whittle.check" name="accuracy"><failure message="broken: -1\.000/);
    const markdown = readFileSync(join(cwd, "check.md"), "utf8");
    expect(markdown).toContain("| accuracy | ❌ broken | -");
    const shown = await whittle(["check", "task", "--pack", wrong, "--data", "later.csv", "--annotations", "--quiet"], {
      cwd,
    });
    expect(shown.code).toBe(100);
    expect(shown.out).toMatch(/^::error title=whittle check%3A accuracy broken::-1\.000/m);
  });

  it("too few rows are too small to tell: not broken, unless it is strict", async () => {
    const folder = join(cwd, "few");
    await cp(join(cwd, "task"), folder, { recursive: true });
    writeFileSync(join(cwd, "few.csv"), csvOf(freshRows(4)));
    const few = await run("accept", "few", "--data", "few.csv", ...who);
    expect(few.code, few.err).toBe(0);
    rmSync(join(folder, ".whittle"), { recursive: true });
    const outcome = await run("check", "few", "--data", "few.csv");
    expect(outcome.code, outcome.err).toBe(0);
    const report = reportOf(outcome);
    expect(report).toMatchObject({ verdict: "too small to tell", rows: { compared: 12 } });
    expect(line(report, "accuracy").enough).toBe(381);
    expect(line(report, "macro_f1").reason).toContain("would do");
    expect((await run("check", "few", "--data", "few.csv", "--strict")).code).toBe(100);
  });

  it("a fresh clone needs accepted.json, the pack and the rows: no store, no training data", async () => {
    const clone = emptyFolder();
    for (const name of ["whittle.yaml", "accepted.json"]) copyFileSync(join(cwd, "task", name), join(clone, name));
    copyFileSync(wrong, join(clone, "task.whittle"));
    const outcome = await whittle(["check", clone, "--data", join(cwd, "later.csv"), "--json"]);
    expect(outcome.code, outcome.err).toBe(100);
    const report = reportOf(outcome);
    expect(report.rows).toMatchObject({ compared: 180, later: 180 });
    expect(line(report, "latency")).toMatchObject({ verdict: "not compared" });
    expect(existsSync(join(clone, ".whittle")), "nothing is left behind").toBe(false);
    const moved = join(clone, "elsewhere.json");
    renameSync(join(clone, "accepted.json"), moved);
    const named = ["check", clone, "--accepted", moved, "--data", join(cwd, "later.csv"), "--json"];
    expect((await whittle(named)).code).toBe(100);
  });

  it("a packed file that answers otherwise than before it was packed is a broken gate", async () => {
    const { parts, entries } = readPack(join(cwd, pack));
    const sample = JSON.parse(new TextDecoder().decode(parts.get("sample.json"))) as {
      text: string;
      prediction: { label: string };
    }[];
    sample[0].prediction.label = sample[0].prediction.label === "billing" ? "account" : "billing";
    const changed = entries.map(({ name }) => ({
      name,
      bytes:
        name === "sample.json" ? new TextEncoder().encode(JSON.stringify(sample)) : (parts.get(name) as Uint8Array),
    }));
    expect(layout(changed).hash).not.toBe(readPack(join(cwd, pack)).hash);
    const path = join(emptyFolder(), "changed.whittle");
    writePack(path, changed);
    const outcome = await run("check", "task", "--pack", path, "--data", "later.csv");
    expect(outcome.code, outcome.err).toBe(100);
    const parity = line(reportOf(outcome), "parity");
    expect(parity.verdict).toBe("broken");
    expect(parity.reason).toMatch(/^1 of \d+ answers known from before it was packed come out otherwise/);
  });

  it("rows of the sealed test and of the training are refused, by place", async () => {
    const report = reportOf(await run("check", "task", "--data", "later.csv", "--data", "rows.csv"));
    expect(report.rows.refused).toBe(180);
    const reasons = new Set(report.rows.refusals.map(({ why }) => why));
    expect(reasons).toContain("a model was trained on this text");
    expect(report.rows.refusals[0].where).toMatch(/^rows\.csv:\d+$/);
  });

  it("a base that was judged on other rows, and a base that is another pack", async () => {
    const clone = emptyFolder();
    for (const name of ["whittle.yaml", "accepted.json"]) copyFileSync(join(cwd, "task", name), join(clone, name));
    copyFileSync(wrong, join(clone, "task.whittle"));
    writeFileSync(
      join(clone, "others.csv"),
      csvOf(freshRows(9).map((row) => ({ ...row, body: `${row.body}, again` }))),
    );
    const others = ["check", clone, "--data", join(clone, "others.csv"), "--json"];
    expect(faultOf(await whittle(others))).toMatchObject({ code: "check/other-rows" });
    expect(faultOf(await whittle(["check", clone, "--json"]))).toMatchObject({ code: "check/no-rows" });
    expect(faultOf(await whittle([...others, "--base", wrong]))).toMatchObject({ code: "check/other-base" });
    // With the accepted pack at hand, it answers the rows that it had not seen.
    const both = reportOf(await whittle([...others, "--base", join(cwd, pack)]));
    expect(both.rows).toMatchObject({ compared: 27, missing: 180 });
    expect(line(both, "rows").verdict).toBe("too small to tell");
  });

  it("an accepted.json that is damaged is told by its place", async () => {
    const clone = emptyFolder();
    copyFileSync(join(cwd, "task/whittle.yaml"), join(clone, "whittle.yaml"));
    const text = readFileSync(join(cwd, "task/accepted.json"), "utf8");
    writeFileSync(join(clone, "accepted.json"), text.slice(0, text.length / 2));
    expect(faultOf(await whittle(["check", clone, "--json"]))).toMatchObject({ code: "check/accepted" });
    writeFileSync(join(clone, "accepted.json"), text.replace('"format": 1', '"format": 2'));
    expect(faultOf(await whittle(["check", clone, "--json"])).why).toMatch(/^format: /);
  });

  it("a slice that the bar speaks of and no row is in is undefined, and said to be", async () => {
    const clone = emptyFolder();
    const yaml = readFileSync(join(cwd, "task/whittle.yaml"), "utf8");
    writeFileSync(
      join(clone, "whittle.yaml"),
      yaml.replace(/^bar:$/m, "bar:\n  - {metric: accuracy, slice: channel=fax, at_least: 0.5}"),
    );
    copyFileSync(join(cwd, "task/accepted.json"), join(clone, "accepted.json"));
    copyFileSync(join(cwd, pack), join(clone, "task.whittle"));
    const report = reportOf(await whittle(["check", clone, "--data", join(cwd, "later.csv"), "--json"]));
    const slice = report.slices.find(({ name }) => name === "channel=fax");
    expect(slice).toMatchObject({ verdict: "too small to tell", n: 0 });
    expect(slice?.reason).toContain("undefined");
  });
});
