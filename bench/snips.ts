import { random } from "../src/base/random.ts";
import { onnxruntime } from "../src/engine/index.ts";
import type { Example } from "../src/record/dataset.ts";
import type { RungName } from "../src/record/recipe.ts";
import { printEstimate } from "../src/stats/estimate.ts";
import { quantile } from "../src/stats/quantile.ts";
import { f1, f1Difference, points, scoresOf } from "./spans/figures.ts";
import { fit, type Fitted, found, labelsOf } from "./spans/models.ts";
import { plainSpec, rowsOf, sharedData } from "./spans/rows.ts";

export const title = "SNIPS slots: spans of short commands";

/** Rows held out of train.jsonl to choose by, drawn at random: the file is sorted by intent. */
const DEV = 700;
const threads = 2;

export async function run(): Promise<void> {
  const folder = sharedData("snips_slots");
  if (folder === undefined) return;
  const all = await rowsOf(folder, "train.jsonl");
  const test = await rowsOf(folder, "test.jsonl");
  const held = new Set(random(1, "bench snips dev").sample(all.length, DEV));
  const train = all.filter((_, i) => !held.has(i));
  const dev = all.filter((_, i) => held.has(i));
  const labels = labelsOf(all);
  const engine = onnxruntime();
  const rungs = (process.env["WHITTLE_BENCH_RUNGS"] ?? "linear,encoder").split(",") as RungName[];
  const opens = process.env["WHITTLE_BENCH_TEST"] !== "closed";
  const scores = new Map<RungName, ReturnType<typeof scoresOf>>();
  console.log(`${train.length} rows train, ${DEV} dev, ${test.length} official test, ${labels.length} labels.\n`);
  for (const rung of rungs) {
    const fitted = await fit({ kind: "extract", rung, train, watch: dev, labels, spec: plainSpec, engine, threads });
    const onDev = scoresOf(dev, await found(fitted, dev));
    console.log(
      `${rung}: fit ${fitted.seconds.toFixed(1)} s on ${threads} threads, ${(fitted.bytes / 1e6).toFixed(1)} MB in fp32; ` +
        `dev span F1 ${points(f1(onDev))}.`,
    );
    await single(fitted, dev);
    if (opens) {
      const onTest = scoresOf(test, await found(fitted, test));
      scores.set(rung, onTest);
      const right = onTest.filter((s) => s.right).length / test.length;
      console.log(`  official test: span F1 ${points(f1(onTest))}, record right ${right.toFixed(4)}.`);
    }
    await fitted.predictor.close();
  }
  const [base, head] = [scores.get("linear"), scores.get("encoder")];
  if (base !== undefined && head !== undefined) {
    console.log(`  encoder − linear on the test: ${points(f1Difference(base, head))}.`);
  }
  await engine.close();
}

async function single({ predictor }: Fitted, rows: readonly Example[]): Promise<void> {
  const times: number[] = [];
  for (const { text } of [...rows, ...rows]) {
    const began = performance.now();
    await predictor.predict(text);
    times.push(performance.now() - began);
  }
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => printEstimate(quantile(times.slice(rows.length), q), 3));
  console.log(`  single predictions, ms: p50 ${p50}; p95 ${p95}; p99 ${p99}.`);
}
