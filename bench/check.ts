import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { change } from "../src/faces/cli/ci/words.ts";
import type { CheckReport } from "../src/record/check.ts";

export const title = "check: two linear packs on the 3,080 rows of Banking77's test file";

const data = resolve(process.env["WHITTLE_SHARED"] ?? "../shared", "data/banking77");
const rows = join(data, "test.jsonl");
const ROUNDS = 5;

/** Two makes over the same examples with different seeds; check is timed as a user starts it, a process each. */
export function run(): string {
  if (!existsSync(rows))
    return `Skipped: ${data} is not here (WHITTLE_SHARED names the folder that holds data/banking77).`;
  const work = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  try {
    const [base, head] = [1, 2].map((seed) => {
      const folder = join(work, `seed-${seed}`);
      const from = ["--kind", "classify", "--from", join(data, "train.jsonl"), "--bar", "accuracy=0.8"];
      whittle(["init", folder, "--name", "banking", ...from, "--json"]);
      whittle(["make", folder, "--rungs", "linear", "--seed", String(seed), "--json"]);
      return folder;
    });
    whittle(["accept", base, "--data", rows, "--by", "bench", "--why", "the first of two", "--json"]);
    const asked = ["check", base, "--pack", join(head, "banking.whittle"), "--data", rows, "--json"];
    const told = Array.from({ length: ROUNDS }, () => whittle(asked));
    const seconds = told.map((t) => t.seconds).sort((a, b) => a - b);
    const report = JSON.parse(told[0].out) as CheckReport;
    return [
      `${report.rows.compared} rows compared, ${report.rows.refused} refused; ${report.verdict}. Whole process: median ` +
        `${seconds[ROUNDS >> 1].toFixed(2)} s of ${ROUNDS} (${seconds[0].toFixed(2)} … ${seconds[ROUNDS - 1].toFixed(2)}); ` +
        `with latency on 500 items in turns, memory of both, and ${report.slices.length} slices.`,
      "",
      "| | verdict | change | why |",
      "| --- | --- | --- | --- |",
      ...report.lines.map((line) => `| ${line.name} | ${line.verdict} | ${change(line)} | ${line.reason} |`),
    ].join("\n");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The built command line; 100 is a gate that did not hold, and an answer. */
function whittle(args: readonly string[]): { out: string; seconds: number } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/faces/cli/main.js", ...args], {
    maxBuffer: 2 ** 28,
  });
  if (status !== 0 && status !== 100) throw new Error(`whittle ${args[0]} ended with ${status}: ${stderr.toString()}`);
  return { out: stdout.toString(), seconds: (performance.now() - began) / 1e3 };
}
