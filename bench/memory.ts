/**
 * Whether memory keeps to its plan: the peak resident set of processes of `whittle predict` and `whittle serve`, and of ONNX files
 * through the engine, seen from outside, beside what was planned of them before. Wants `npm run build`, and Linux.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsOf } from "../src/fit/needs.ts";
import { readModelHeader } from "../src/model/readers/open.ts";
import { planPack } from "../src/workbench/memory/plan-pack.ts";
import { jsonl, madePack, madeProgram, madeTexts, type PackModel } from "./memory/models.ts";
import { watched } from "./memory/watched.ts";

export const title = "Memory against its plan";

const main = join(import.meta.dirname, "../dist/faces/cli/main.js");
const UNITS = 256;
const REQUESTS = 24;
const AT_ONCE = 8;
const TEXTS_A_REQUEST = 4;
/** Texts of an encoder: it takes a hundred times as long for one. */
const FEW = 32;

const packs: readonly (readonly [name: string, model: PackModel])[] = [
  ["bag, 2,000 × 128", { features: 2_000, width: 128 }],
  ["bag, 40,000 × 128", { features: 40_000, width: 128 }],
  ["bag, 200,000 × 128", { features: 200_000, width: 128 }],
  ["bag, 200,000 × 128, int8", { features: 200_000, width: 128, form: "int8" }],
  ["bag, 1,000,000 × 128, int4", { features: 1_000_000, width: 128, form: "int4-block" }],
  ["encoder", { features: 20_000, width: 64, encoded: true }],
  ["encoder, int8", { features: 20_000, width: 64, encoded: true, form: "int8" }],
  ["encoder, int8-dynamic", { features: 20_000, width: 64, encoded: true, form: "int8-dynamic" }],
  ["encoder, int4", { features: 20_000, width: 64, encoded: true, form: "int4-block" }],
  ["bag, 2,000,000 × 128", { features: 2_000_000, width: 128 }],
];
const programs = [
  ["products, 101 MB", 24, "fp32", 64],
  ["products, 302 MB", 72, "fp32", 64],
  ["products, 600 MB", 143, "fp32", 64],
  ["products, fp16", 48, "fp16", 64],
  ["products, int8", 48, "int8", 64],
  ["products, int8-dynamic", 48, "int8-dynamic", 64],
  ["products, 4096 rows", 5, "fp32", 4096],
] as const;

interface Line {
  readonly model: string;
  readonly run: string;
  readonly file: number;
  readonly measured: number;
  readonly planned: number;
}

export async function run(): Promise<string> {
  if (process.platform !== "linux" || !existsSync(main)) return "Skipped: it wants Linux and a build (npm run build).";
  const only = process.env["WHITTLE_BENCH_ONLY"] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "whittle-memory-"));
  const lines: Line[] = [];
  try {
    const texts = madeTexts(200, UNITS);
    for (const [name, model] of packs.filter(([n]) => n.includes(only))) {
      const path = join(folder, "made.whittle");
      madePack(path, texts, model);
      const size = statSync(path).size;
      const line = (how: string, measured: number, planned: number): void =>
        void lines.push(told({ model: name, run: how, file: size, measured, planned }));
      const one = await watched([main, "predict", path, texts[0]]);
      line("predict, one text", one.peakBytes, planPack(path, { batch: 1, textLength: UNITS, asked: "once" }).bytes);
      const asked = model.encoded === true ? texts.slice(0, FEW) : texts;
      const out = join(folder, "out.jsonl");
      const many = await watched([main, "predict", path, "--in", jsonl(folder, asked), "--out", out]);
      line(
        `predict, ${asked.length} texts`,
        many.peakBytes,
        planPack(path, { batch: 32, textLength: UNITS, asked: "many" }).bytes,
      );
      const served = await watched(
        [main, "serve", path, "--port", "0", "--deadline", "600000", "--json"],
        async (_, said) => {
          await ask(await urlIn(said), texts);
        },
      );
      const load = { batch: TEXTS_A_REQUEST, textLength: UNITS, concurrency: AT_ONCE };
      line(`serve, ${AT_ONCE} at once`, served.peakBytes, planPack(path, load).bytes);
      rmSync(path);
    }
    for (const [name, products, form, rows] of programs.filter(([n]) => n.includes(only))) {
      const path = join(folder, "made.onnx");
      madeProgram(path, products, form);
      const header = readModelHeader(path);
      const { peakBytes } = await watched([join(import.meta.dirname, "memory/program.mjs"), path, String(rows)]);
      const { total, loadPeak } = needsOf(header, { batch: rows, context: rows, cache: "f16" });
      const planned = Math.max(total, loadPeak);
      const size = statSync(path).size;
      lines.push(told({ model: name, run: `${rows} rows`, file: size, measured: peakBytes, planned }));
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return table(lines);
}

/** As it comes: all of them take minutes. */
function told(line: Line): Line {
  console.error(`${line.model}, ${line.run}: ${mb(line.measured)}, planned ${mb(line.planned)}`);
  return line;
}

/** The address that a server says it listens on. */
async function urlIn(said: () => string): Promise<string> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    const url = /"url":\s*"([^"]+)"/.exec(said())?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the server did not start");
}

async function ask(url: string, texts: readonly string[]): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let i = next++; i < REQUESTS; i = next++) {
      const from = (i * TEXTS_A_REQUEST) % texts.length;
      const body = JSON.stringify({ texts: texts.slice(from, from + TEXTS_A_REQUEST) });
      const answer = await fetch(`${url}/v1/predict`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
      });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
      await answer.text();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const ALLOWED_SHARE = 0.1;
const ALLOWED_BYTES = 24e6;

function table(lines: readonly Line[]): string {
  const rows = lines.map(({ model, run, file, measured, planned }) => {
    const over = planned - measured;
    const held = over >= 0 && over <= Math.max(ALLOWED_SHARE * measured, ALLOWED_BYTES);
    const verdict = held ? "held" : over < 0 ? "**exceeded**" : "too wide";
    return `| ${[model, run, mb(file), mb(measured), mb(planned), mb(over), verdict].join(" | ")} |`;
  });
  const held = rows.filter((row) => row.endsWith("| held |")).length;
  return [
    "| model | run | file | measured peak | planned | over by | |",
    "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ...rows,
    "",
    `Planned no less than measured, and no more than a tenth or 24 MB above: ${held} of ${rows.length}.`,
  ].join("\n");
}
