import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { silent } from "../src/base/progress.ts";
import { highWaterBytes } from "../src/base/resident.ts";
import { onnxruntime } from "../src/engine/index.ts";
import type { Example } from "../src/record/dataset.ts";
import { isRight, readPredictions } from "../src/record/predictions.ts";
import { rungOf } from "../src/rungs/table.ts";
import { quantile } from "../src/stats/quantile.ts";
import { printEstimate, type Estimate } from "../src/stats/estimate.ts";
import { discordance } from "../src/stats/mcnemar.ts";
import { pairedShares } from "../src/stats/paired.ts";
import { openTaskStore } from "../src/workbench/open-store.ts";

export const title = "Banking77: the whole way, rung by rung";

const data = resolve(process.env["WHITTLE_SHARED"] ?? "../shared", "data/banking77");
const python = "/usr/bin/python3";
const threads = 2;

/** Every figure of a rung comes from `whittle make` with that rung alone, run as a user would. */
export async function run(): Promise<void> {
  if (!existsSync(join(data, "train.jsonl"))) {
    console.log(`Skipped: ${data} is not here (WHITTLE_SHARED names the folder that holds data/banking77).`);
    return;
  }
  const work = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  try {
    await fitTimes();
    for (const rung of (process.env["WHITTLE_BENCH_RUNGS"] ?? "baseline+linear,bag,encoder").split(",")) {
      await wholeWay(work, rung.replace("+", ","));
    }
    singlePredictions(join(work, "linear", "banking.whittle"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function rowsOf(file: string): Example[] {
  return readFileSync(join(data, file), "utf8")
    .trim()
    .split("\n")
    .map((line, i): Example => {
      const { text, label } = JSON.parse(line) as { text: string; label: string };
      const id = i.toString(16).padStart(16, "0");
      const source = { file, line: i + 1 };
      return { id, text, target: label, alternatives: [], group: null, columns: {}, source, given: "train" };
    });
}

/** Features and solver over all 10,003 rows, against scikit-learn in turns. */
async function fitTimes(): Promise<void> {
  const train = rowsOf("train.jsonl");
  const labels = [...new Set(train.map((row) => row.target as string))].sort();
  const rung = rungOf("classify", "linear");
  const engine = onnxruntime();
  const checkpoint = { load: (): undefined => undefined, save: (): void => undefined };
  const ours: number[] = [];
  const theirs: number[] = [];
  let peer: { version: string; features: number; accuracy: number; single_ms: number } | undefined;
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const material = { kind: "classify" as const, train, watch: [], labels, maxTextLength: 100_000, spans: null };
    await rung.fit(material, rung.defaults, { engine, seed: 1, threads, progress: silent, checkpoint });
    ours.push((performance.now() - began) / 1e3);
    const asked = spawnSync(python, ["bench/peers/linear.py", join(data, "train.jsonl"), join(data, "test.jsonl")]);
    if (asked.status !== 0) continue;
    const answer = JSON.parse(asked.stdout.toString()) as { fit_s: number } & NonNullable<typeof peer>;
    theirs.push(answer.fit_s);
    peer = answer;
  }
  await engine.close();
  console.log(`Fit of the linear rung on 10,003 rows: ${median(ours).toFixed(2)} s (median of ${ours.length}).`);
  if (peer === undefined) {
    console.log("Skipped: scikit-learn is not installed (Debian: python3-sklearn).\n");
    return;
  }
  console.log(
    `scikit-learn ${peer.version}, TF-IDF with LinearSVC, in turns: ${median(theirs).toFixed(2)} s; ` +
      `ratio ${(median(ours) / median(theirs)).toFixed(2)}. Its test accuracy ${peer.accuracy.toFixed(4)} with ` +
      `${peer.features} features, ${peer.single_ms.toFixed(2)} ms a single prediction.\n`,
  );
}

interface Evaluation {
  n: number;
  quality: { accuracy: Estimate; macro_f1: Estimate; ece: Estimate };
  latency_ms: { p50: Estimate; p95: Estimate; p99: Estimate };
  size_bytes: number;
}

async function wholeWay(work: string, rungs: string): Promise<void> {
  const last = rungs.split(",").at(-1) as string;
  const folder = join(work, last);
  const init = ["init", folder, "--name", "banking", "--kind", "classify", "--from", join(data, "train.jsonl")];
  await whittle([...init, "--test", join(data, "test.jsonl"), "--bar", "accuracy=0.88", "--json"]);
  const made = await whittle(["make", folder, "--rungs", rungs, "--threads", String(threads), "--json"]);
  const { decision, candidates } = JSON.parse(made.out) as {
    decision: { held: boolean; chosen: { rung: string; precision: string; pack: string }; test: Evaluation["quality"] };
    candidates: { rung: string; precision: string; evaluation: Evaluation }[];
  };
  const { chosen, test } = decision;
  console.log(`### make --rungs ${rungs}, bar accuracy ≥ 0.88 (interval's lower end)\n`);
  console.log(
    `${made.seconds.toFixed(1)} s, peak memory ${(made.peakBytes / 1e6).toFixed(0)} MB; ` +
      `${decision.held ? "held" : "not held"} by ${chosen.rung} ${chosen.precision}.\n`,
  );
  console.log("| rung | at | judged on n | accuracy | ECE | parts | p50 | p95 |\n|---|---|---|---|---|---|---|---|");
  for (const { rung, precision, evaluation: e } of candidates) {
    const { accuracy, ece } = e.quality;
    console.log(
      `| ${rung} | ${precision} | ${e.n} | ${printEstimate(accuracy, 4)} | ${short(ece)} | ` +
        `${(e.size_bytes / 1e6).toFixed(2)} MB | ${short(e.latency_ms.p50)} ms | ${short(e.latency_ms.p95)} ms |`,
    );
  }
  console.log(
    `\nOfficial test, opened once for the refit at ${chosen.precision}: accuracy ${printEstimate(test.accuracy, 4)}, `,
  );
  console.log(`macro-F1 ${printEstimate(test.macro_f1, 4)}, ECE ${printEstimate(test.ece, 4)}.`);
  console.log(`Pack: ${(readFileSync(chosen.pack).byteLength / 1e6).toFixed(2)} MB.`);
  compareInt8(folder, last);
}

/** int8 against fp32 on the same out-of-fold (or dev) rows, paired: Tango's interval of the difference. */
function compareInt8(folder: string, rung: string): void {
  const store = openTaskStore(folder, "read");
  const kept = store.list<{ recipe: { rung: string }; precision: string; evaluation: { predictions: string } }>(
    "measured",
  );
  const right = (precision: string): boolean[] | undefined => {
    const found = kept.find(({ record }) => record.recipe.rung === rung && record.precision === precision);
    if (found === undefined) return undefined;
    const told = readPredictions(store.blobs.get(found.record.evaluation.predictions));
    return Array.from({ length: told.n }, (_, row) => isRight(told, row));
  };
  const [base, head] = [right("fp32"), right("int8")];
  store.close();
  if (base === undefined || head === undefined) return;
  const difference = pairedShares(discordance(base, head));
  console.log(`int8 − fp32 on the same ${base.length} rows: ${printEstimate(difference, 4)}.\n`);
}

/** In a process of its own, so that this one's heap does not count. */
function singlePredictions(pack: string): void {
  if (!existsSync(pack)) return;
  const args = ["bench/processes/single.mjs", pack, join(data, "train.jsonl"), "3000"];
  const asked = spawnSync(process.execPath, args, { maxBuffer: 2 ** 24 });
  const times = JSON.parse(asked.stdout.toString()) as number[];
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => printEstimate(quantile(times, q), 3));
  console.log(
    `Single predictions of the linear pack through open().predict(), ms: p50 ${p50}; p95 ${p95}; p99 ${p99}.`,
  );
}

/** Runs the built command line; its peak memory is read from the kernel while it runs. */
function whittle(args: readonly string[]): Promise<{ out: string; seconds: number; peakBytes: number }> {
  return new Promise((done, failed) => {
    const began = performance.now();
    const child = spawn(process.execPath, ["dist/faces/cli/main.js", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const out: Buffer[] = [];
    let peakBytes = 0;
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    const watch = setInterval(() => {
      peakBytes = Math.max(peakBytes, highWaterBytes(child.pid ?? 0) ?? 0);
    }, 100);
    child.on("close", (code) => {
      clearInterval(watch);
      if (code !== 0 && code !== 100) failed(new Error(`whittle ${args.join(" ")} ended with ${code}`));
      else done({ out: Buffer.concat(out).toString(), seconds: (performance.now() - began) / 1e3, peakBytes });
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function short(estimate: Estimate): string {
  return "value" in estimate ? estimate.value.toFixed(3) : "undetermined";
}
