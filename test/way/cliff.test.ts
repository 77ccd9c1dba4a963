import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Cliff } from "../../src/record/cliff.ts";
import { isKnown } from "../../src/stats/estimate.ts";
import { emptyFolder, faultOf, root, whittle } from "./whittle.ts";

/** How far from the task a model holds, and whether it knows what is none of its business. */

async function task(outside: string): Promise<string> {
  const cwd = emptyFolder();
  for (const name of ["tickets.csv", "other.csv", "unseen.jsonl"]) {
    copyFileSync(join(root, "examples/tickets", name), join(cwd, name));
  }
  const init = await whittle(
    ["init", "t", "--kind", "classify", "--from", "tickets.csv", "--text", "body", "--label", "queue"],
    { cwd },
  );
  expect(init.code, init.err).toBe(0);
  const file = join(cwd, "t/whittle.yaml");
  const text = readFileSync(file, "utf8");
  expect(text).toContain("  outside: []\n");
  writeFileSync(file, text.replace("  outside: []\n", `  outside: ${outside}\n`));
  return cwd;
}

describe("make with texts from outside", () => {
  it("tells the cliff by slice, fits what is in scope, and packs it", { timeout: 60_000 }, async () => {
    const cwd = await task("../other.csv");
    const outcome = await whittle(["make", "t", "--rungs", "linear", "--json"], { cwd });
    expect(outcome.code, outcome.err).toBe(0);
    const { cliff } = JSON.parse(outcome.out) as { cliff: Cliff };
    expect(cliff.on).toBe("folds");
    expect(cliff.left).toEqual([]);
    const of = (name: string) => cliff.slices.find((slice) => slice.name === name);
    for (const { name, n, accuracy, original, drop } of cliff.slices) {
      expect(n, name).toBeGreaterThan(100);
      if (!isKnown(accuracy) || !isKnown(original) || !isKnown(drop)) throw new Error(`${name} is undetermined`);
      expect(drop.value, name).toBeCloseTo(accuracy.value - original.value, 9);
      expect(drop.low <= drop.value && drop.value <= drop.high, name).toBe(true);
    }
    // The features fold case: what changes nothing costs nothing. Half a text is half the evidence.
    expect(of("case=upper")?.drop).toMatchObject({ value: 0, method: "tango" });
    expect(of("length=first sentence")?.drop).toMatchObject({ high: expect.toSatisfy((x: number) => x < 0) as number });
    const { scope } = cliff;
    if (scope === null || !isKnown(scope.kept_inside)) throw new Error("there is no scope");
    expect(scope.kept_inside.value).toBeGreaterThan(0.9);
    expect(scope.fitted).toMatchObject({ outside: 24 });

    const predicted = await whittle(["predict", "t/t.whittle", "--in", "other.csv"], { cwd });
    const verdicts = predicted.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Set(verdicts.map((v) => v["in_scope"]))).toEqual(new Set([true, false]));
    for (const v of verdicts) expect(v["in_scope"]).toBe((v["confidence"] as number) >= scope.threshold);

    const again = await whittle(["make", "t", "--rungs", "linear"], { cwd });
    expect(again.out).toContain("Cliff   accuracy, on made variants of 500 rows (folds)");
    expect(again.out).toMatch(/^Scope {3}refused 0\.\d{3} /m);
  });

  it("refuses too few of them before anything is trained", async () => {
    const cwd = await task("few.csv");
    writeFileSync(join(cwd, "t/few.csv"), "body\nis the radio on\n");
    expect(faultOf(await whittle(["make", "t", "--json"], { cwd }))).toMatchObject({ code: "data/outside-few" });
  });
});
