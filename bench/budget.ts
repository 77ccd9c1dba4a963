/**
 * Whether `whittle predict --memory` keeps to what it was given, and what it costs: the peak resident set over texts of very different
 * lengths, seen from outside, without a limit and with some. Wants `npm run build`, and Linux.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../src/base/files.ts";
import { planModel } from "../src/workbench/memory/plan.ts";
import { madePack, madeTexts, type PackModel } from "./memory/models.ts";
import { watched } from "./memory/watched.ts";

export const title = "Kept to a budget of memory";

const main = join(import.meta.dirname, "../dist/faces/cli/main.js");
const TEXTS = 24;
/** A third of the texts are as long as the packs take. */
const LONGEST = 10_000;
const packs: readonly (readonly [name: string, model: PackModel])[] = [
  [
    "encoder of 15 M parameters beside a bag, int8-dynamic",
    { features: 20_000, width: 64, encoded: true, form: "int8-dynamic" },
  ],
  ["bag of n-grams, 20.7 MB", { features: 40_000, width: 128 }],
];

export async function run(): Promise<string> {
  if (process.platform !== "linux" || !existsSync(main)) return "Skipped: it wants Linux and a build (npm run build).";
  const folder = mkdtempSync(join(tmpdir(), "whittle-budget-"));
  const rows = ["| pack | `--memory` | peak | answered |", "| --- | ---: | ---: | ---: |"];
  try {
    const texts = Array.from({ length: TEXTS }, (_, i) =>
      madeTexts(1, i % 3 === 0 ? LONGEST : 20 + ((i * 173) % 2000), `budget/${i}`),
    ).flat();
    const [asked, out] = [join(folder, "texts.jsonl"), join(folder, "out.jsonl")];
    writeWhole(asked, texts.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    const path = join(folder, "made.whittle");
    for (const [name, model] of packs) {
      madePack(path, texts, model);
      const planned = planModel(path, { memory: "1GB" }).plan.needs.total;
      const least = Math.ceil(planned / 1e6);
      for (const memory of [undefined, least + 20, least]) {
        const limit = memory === undefined ? [] : ["--memory", `${memory}MB`];
        const ended = await watched([main, "predict", path, "--in", asked, "--out", out, ...limit], undefined, [0, 1]);
        const lines = readFileSync(out, "utf8").trim().split("\n");
        const answered = lines.filter((line) => !line.includes('"error"')).length;
        const given = memory === undefined ? "none" : `${memory} MB${memory === least ? ", the plan" : ""}`;
        rows.push(`| ${[name, given, `${(ended.peakBytes / 1e6).toFixed(1)} MB`, answered].join(" | ")} |`);
      }
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [...rows, "", `${TEXTS} texts of 20 to ${LONGEST} characters, one in three of the longest.`].join("\n");
}
