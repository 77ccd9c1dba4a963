import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { csvOf, easyRows, emptyFolder, faultOf, whittle } from "./whittle.ts";

it("log, diff, show and data tell of the runs and the rows as they grow", { timeout: 120_000 }, async () => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "t"));
  writeFileSync(join(cwd, "rows.csv"), csvOf(easyRows(40)));
  const init = ["init", "t", "--kind", "classify", "--from", "rows.csv", "--text", "body", "--label", "queue"];
  expect((await whittle([...init, "--bar", "accuracy=0.5"], { cwd })).code).toBe(0);
  const json = async (...args: string[]): Promise<unknown> => {
    const outcome = await whittle([...args, "--json"], { cwd });
    expect(outcome.code, outcome.err).toBe(0);
    return JSON.parse(outcome.out) as unknown;
  };

  const rows = [{ body: "the lift is stuck with me in it", queue: "delivery" }, { body: "a row that nobody labelled" }];
  writeFileSync(join(cwd, "new.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const added = await json("data", "add", "new.jsonl", "--dir", "t", "--from", "the lift");
  expect(added).toMatchObject({ added: 2, unlabelled: 1, thin: null, version: { from: "the lift" } });
  const again = await whittle(["data", "add", "new.jsonl", "--dir", "t", "--json"], { cwd });
  expect(faultOf(again).code).toBe("data/nothing-new");

  await json("make", "t", "--rungs", "baseline,linear");
  const { runs, packs } = (await json("log", "t")) as { runs: { key: string; rung: string }[]; packs: unknown[] };
  expect(runs.map(({ rung }) => rung)).toContain("baseline");
  expect(packs).toMatchObject([{ held: true, testOpenings: 1 }]);
  const [first] = runs;
  expect(await json("show", first.key.slice(0, 8), "--dir", "t")).toMatchObject({ key: first.key, precision: "fp32" });
  const same = await json("diff", first.key, "t/t.whittle", "--dir", "t");
  expect(same).toMatchObject({ base: { key: first.key }, onlyInBase: 0, onlyInHead: 0 });

  const listed = await json("data", "list", "t");
  expect(listed).toMatchObject({ versions: [{ file: "added-dev.jsonl", rows: 2, from: "the lift" }] });
  const { ceiling } = (await json("data", "suspects", "--dir", "t")) as { ceiling: { method: string } };
  expect(ceiling.method).toMatch(/agreement|confident/);
  expect(faultOf(await whittle(["show", "lineal", "--dir", "t", "--json"], { cwd })).code).toBe("history/unknown");
});
