import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silent } from "../src/base/progress.ts";
import { random } from "../src/base/random.ts";
import { onnxruntime } from "../src/engine/index.ts";
import type { Dataset, Example } from "../src/record/dataset.ts";
import type { Measured } from "../src/record/decision.ts";
import type { Manifest } from "../src/record/manifest.ts";
import { kindOf } from "../src/kinds/table.ts";
import { writePredictions } from "../src/record/predictions.ts";
import type { Prediction } from "../src/record/prediction.ts";
import { judgePack } from "../src/stages/evaluate/index.ts";
import { draftTask, writeTask } from "../src/stages/task/index.ts";
import { quantile } from "../src/stats/quantile.ts";
import { printEstimate, undetermined } from "../src/stats/estimate.ts";
import { benchOf } from "../src/workbench/make/bench.ts";
import { openTaskStore } from "../src/workbench/open-store.ts";

export const title = "History: 1,000 runs and 10 million stored predictions";

const RUNS = 1000;
const ROWS = 10_000;
const LABELS = 77;
/** Answers made for each row; a run draws one of them. */
const VARIANTS = 8;
/** Times that each command is run: the fewest that give its middle an interval, and some. */
const TIMES = 9;

/** A store written by the calls that `make` writes with, then the built command line timed from process start. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bench-history-"));
  try {
    const began = performance.now();
    await fill(folder);
    const seconds = (performance.now() - began) / 1e3;
    const bytes = sizeOf(join(folder, ".whittle"));
    console.log(
      `${RUNS} runs of ${ROWS} predictions over ${LABELS} labels, written in ${seconds.toFixed(0)} s; ` +
        `the store has ${(bytes / 1e6).toFixed(0)} MB, ${(bytes / (RUNS * ROWS)).toFixed(1)} bytes a prediction with all else in it.\n`,
    );
    time("log", ["log", folder]);
    time("log --json", ["log", folder, "--json"]);
    const { runs } = JSON.parse(whittle(["log", folder, "--json"])) as { runs: { key: string }[] };
    const [first, last] = [runs[0].key, runs[runs.length - 1].key];
    time("diff (first, last)", ["diff", first, last, "--dir", folder]);
    time("diff --json", ["diff", first.slice(0, 8), last.slice(0, 8), "--dir", folder, "--json"]);
    time("show (one run)", ["show", last, "--dir", folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string): Promise<void> {
  const task = draftTask({ name: "history", kind: "classify", data: { train: ["rows.csv"] } });
  writeTask(folder, task);
  const draw = random(1, "history");
  const labels = Array.from({ length: LABELS }, (_, i) => `label number ${i}`);
  const examples = Array.from({ length: ROWS }, (_, i): Example => {
    const text = Array.from({ length: 10 }, () => `word${draw.below(5000)}`).join(" ");
    const id = i.toString(16).padStart(16, "0");
    const target = labels[draw.below(LABELS)];
    const source = { file: "rows.csv", line: i + 2 };
    return { id, text, target, alternatives: [], group: null, columns: {}, source, given: "train" };
  });
  const store = openTaskStore(folder);
  const engine = onnxruntime();
  try {
    const dataset = { examples, refused: [], clusters: examples.map((_, i) => i) } satisfies Omit<Dataset, "audit">;
    const blob = store.blobs.put(new TextEncoder().encode(JSON.stringify(dataset)));
    const bench = benchOf({ task, store, engine, progress: silent, threads: 1, seeds: 1, scratch: folder });
    const manifest = { kind: "classify", labels, temperature: 1 } as unknown as Manifest;
    const answers = examples.map(({ target }) =>
      Array.from({ length: VARIANTS }, () => answer(target as string, labels, draw)),
    );
    // The figures of one run serve all: working them out is not what is measured.
    const first = answers.map(([one]) => one);
    const evaluation = judgePack("folds", examples, first, manifest, store.blobs);
    for (let seed = 0; seed < RUNS; seed++) {
      const rows = examples.map(({ id, target }, i) => {
        return { id, target: target as string, likely: kindOf("classify").likelyOf(answers[i][draw.below(VARIANTS)]) };
      });
      const predictions = store.blobs.put(writePredictions(rows));
      bench.measured(measured({ ...evaluation, predictions }, seed), blob);
    }
  } finally {
    await engine.close();
    store.close();
  }
}

/** Right four times in five; eight labels have a chance. */
function answer(target: string, labels: readonly string[], draw: ReturnType<typeof random>): Prediction {
  const confidence = 0.4 + 0.6 * draw.uniform();
  const label = draw.uniform() < 0.8 ? target : labels[draw.below(LABELS)];
  const scores: Record<string, number> = { [label]: confidence };
  for (let k = 0; k < 7; k++) scores[labels[draw.below(LABELS)]] ??= (1 - confidence) * draw.uniform();
  return { label, confidence, in_scope: null, scores };
}

function measured(evaluation: Measured["evaluation"], seed: number): Measured {
  const none = undetermined("not measured", 0);
  const footprint = {
    latency_ms: { p50: none, p95: none, p99: none },
    size_bytes: 1e6 + seed,
    peak_memory_bytes: null,
  };
  const recipe = { rung: "linear" as const, settings: { cost: 1 }, seed };
  return { recipe, precision: "int8", evaluation, footprint, verdicts: [], held: true };
}

function time(name: string, args: readonly string[]): void {
  const took = Array.from({ length: TIMES }, () => {
    const began = performance.now();
    whittle(args);
    return performance.now() - began;
  });
  const slowest = Math.max(...took).toFixed(0);
  console.log(`- ${name}: median ${printEstimate(quantile(took, 0.5), 0)} ms, slowest ${slowest} ms`);
}

function whittle(args: readonly string[]): string {
  const asked = spawnSync(process.execPath, ["dist/faces/cli/main.js", ...args], { maxBuffer: 2 ** 30 });
  if (asked.status !== 0) throw new Error(`whittle ${args.join(" ")}: ${asked.stderr.toString()}`);
  return asked.stdout.toString();
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
    const stat = statSync(join(folder, name));
    return sum + (stat.isFile() ? stat.size : 0);
  }, 0);
}
