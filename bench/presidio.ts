import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onnxruntime } from "../src/engine/index.ts";
import { patternFor } from "../src/features/patterns/index.ts";
import type { Example } from "../src/record/dataset.ts";
import type { RungName } from "../src/record/recipe.ts";
import type { SpanSpec } from "../src/record/spans.ts";
import { spansOf } from "../src/stages/task/spans.ts";
import { jackknife } from "../src/stats/jackknife.ts";
import { f1, points, scoresOf } from "./spans/figures.ts";
import { fit, found, labelsOf } from "./spans/models.ts";
import { rowsOf, sharedData } from "./spans/rows.ts";

export const title = "presidio_synth: personal data, templates apart";

const threads = 2;
const rungs: readonly RungName[] = ["baseline", "linear", "encoder"];

/** Templates, not rows, are what is independent: 48 of them in the test. */
export async function run(): Promise<void> {
  const folder = sharedData("presidio_synth");
  if (folder === undefined) return;
  const train = await rowsOf(folder, "train.jsonl");
  const test = await rowsOf(folder, "test.jsonl");
  const labels = [...new Set([...labelsOf(train), ...labelsOf(test)])].sort();
  const spec: SpanSpec = spansOf("redact", { categories: Object.fromEntries(labels.map((label) => [label, {}])) });
  console.log(`Categories found by patterns as well: ${spec.patterns.map((p) => p.label).join(", ")}.`);
  const byTemplate = groupsIn(folder, "train.jsonl");
  const groups = groupsIn(folder, "test.jsonl");
  const engine = onnxruntime();
  for (const rung of rungs) {
    const isWatched = (i: number): boolean => byTemplate[i] % 10 === 9;
    const fitted = await fit({
      kind: "redact",
      rung,
      train: train.filter((_, i) => !isWatched(i)),
      watch: train.filter((_, i) => isWatched(i)),
      labels,
      spec,
      engine,
      threads,
    });
    const spans = await found(fitted, test);
    const scores = scoresOf(test, spans);
    const leaking = jackknife(
      (weights) => share(weights, (i) => (scores[i].characters.leaked > 0 ? 1 : 0)),
      test.length,
      { groups },
    );
    console.log(
      `${rung}: F1 ${points(f1(scores, groups))}; texts with a leak ${points(leaking)} (both over ${new Set(groups).size} templates); ` +
        `fit ${fitted.seconds.toFixed(1)} s.`,
    );
    console.log(`  never in training: ${unseen(train, test, spans)}.`);
    await fitted.predictor.close();
  }
  await engine.close();
}

/** Recall of categories that no training row holds; those with a pattern are to be found. */
function unseen(
  train: readonly Example[],
  test: readonly Example[],
  spans: readonly (readonly { start: number; end: number }[])[],
): string {
  const known = labelsOf(train);
  const told = labelsOf(test).filter((label) => !known.includes(label));
  return told
    .map((label) => {
      let of = 0;
      let hits = 0;
      test.forEach(({ target }, i) => {
        for (const entry of JSON.parse(target ?? "[]") as [number, number, string][]) {
          if (entry[2] !== label) continue;
          of++;
          if (spans[i].some(({ start, end }) => start <= entry[0] && end >= entry[1])) hits++;
        }
      });
      return `${label} ${hits} of ${of} covered${patternFor(label) === null ? " (no pattern)" : ""}`;
    })
    .join(", ");
}

function groupsIn(folder: string, file: string): number[] {
  return readFileSync(join(folder, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { template: number }).template);
}

function share(weights: Int32Array, of: (i: number) => number): number {
  let sum = 0;
  let mass = 0;
  weights.forEach((w, i) => {
    sum += w * of(i);
    mass += w;
  });
  return sum / mass;
}
