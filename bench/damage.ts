import { Fault } from "../src/base/fault.ts";
import { onnxruntime } from "../src/engine/index.ts";
import type { Engine } from "../src/engine/port.ts";
import { kindOf } from "../src/kinds/table.ts";
import { openPredictor } from "../src/predict/predictor.ts";
import { precisions, type Precision } from "../src/record/recipe.ts";
import { parseSpans, type Span } from "../src/spans/span.ts";
import { type Estimate, isKnown } from "../src/stats/estimate.ts";
import { discordance } from "../src/stats/mcnemar.ts";
import { pairedShares } from "../src/stats/paired.ts";
import { formsOf } from "./damage/forms.ts";
import { type Folded, foldModels } from "./damage/folds.ts";
import { roundings } from "./damage/roundings.ts";
import { banking, snips } from "./damage/sets.ts";
import { f1Difference, scoresOf } from "./spans/figures.ts";

export const title = "Quantising: what each precision costs, out of fold over all rows";

const sets: Readonly<Record<string, () => Promise<Folded | undefined>>> = {
  "banking77-bag": () => banking("bag"),
  "banking77-encoder": () => banking("encoder"),
  "snips-encoder": snips,
};

/**
 * WHITTLE_BENCH_KEEP names a folder that trained folds are kept in; WHITTLE_BENCH_ONLY the sets, by commas. Training all takes
 * about an hour of two threads.
 */
export async function run(): Promise<void> {
  const only = process.env["WHITTLE_BENCH_ONLY"]?.split(",");
  const engine = onnxruntime();
  for (const [name, load] of Object.entries(sets)) {
    if (only !== undefined && !only.includes(name)) continue;
    const folded = await load();
    if (folded !== undefined) await judge(name, folded, engine);
  }
  await engine.close();
}

async function judge(name: string, folded: Folded, engine: Engine): Promise<void> {
  const folds = await foldModels(folded, engine, 1, process.env["WHITTLE_BENCH_KEEP"]);
  const asked = folds.flatMap((fold) => fold.asked);
  const answers = new Map<Precision, string[]>(precisions.map((precision) => [precision, []]));
  const sizes = new Map<Precision, number[]>(precisions.map((precision) => [precision, []]));
  const seconds = new Map<Precision, number>(precisions.map((precision) => [precision, 0]));
  for (const fold of folds) {
    let whole = 1;
    for await (const form of formsOf(folded, fold, engine)) {
      if (form.precision === "fp32") whole = form.size;
      sizes.get(form.precision)?.push(form.size / whole);
      seconds.set(form.precision, Math.max(seconds.get(form.precision) ?? 0, form.seconds));
      answers.get(form.precision)?.push(...(await answersOf(folded, form.parts, fold.asked, engine)));
    }
    process.stderr.write(`${name}: ${answers.get("fp32")?.length} of ${asked.length} rows\n`);
  }
  const figure = folded.kind === "classify" ? "accuracy" : "span F1";
  const official = asked.flatMap((row, i) => (row.id.startsWith("test.jsonl") ? [i] : []));
  const all = asked.map((_, i) => i);
  console.log(`\n### ${name}, ${folds.length} folds, ${asked.length} rows\n`);
  console.log(
    `| precision | size | ${figure}, less fp32, points | of the ${official.length} official test rows | answers changed | seconds to make |`,
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  const base = answers.get("fp32") as string[];
  for (const precision of precisions.slice(1)) {
    const head = answers.get(precision) as string[];
    const told = [all, official].map((rows) => points(difference(folded, asked, base, head, rows)));
    const changed = head.filter((answer, i) => answer !== base[i]).length;
    const size = Math.max(...(sizes.get(precision) as number[])).toFixed(3);
    console.log(
      `| ${precision} | ${size} | ${told.join(" | ")} | ${changed} | ${(seconds.get(precision) as number).toFixed(1)} |`,
    );
  }
  console.log("\n| rounding to 4 bits | divergence on held-out texts of fold 1, KL |");
  console.log("| --- | ---: |");
  for (const [rounding, value] of await roundings(folds[0], engine))
    console.log(`| ${rounding} | ${value.toExponential(2)} |`);
}

/** The printed answers of a model through the predictor, "" for a text that it refuses. */
async function answersOf(
  { kind }: Folded,
  parts: ReadonlyMap<string, Uint8Array>,
  rows: Folded["rows"],
  engine: Engine,
): Promise<string[]> {
  const predictor = await openPredictor(parts, engine, { thread: "here", secret: "bench" });
  const predictions = await predictor.predictMany(rows.map((row) => row.text));
  await predictor.close();
  const { answerOf } = kindOf(kind);
  return predictions.map((p) => (p instanceof Fault ? "" : answerOf(p).label));
}

function difference(
  { kind }: Folded,
  asked: Folded["rows"],
  base: readonly string[],
  head: readonly string[],
  at: readonly number[],
): Estimate {
  const rows = at.map((i) => asked[i]);
  if (kind === "classify") {
    const right = (answers: readonly string[]): boolean[] => at.map((i) => answers[i] === asked[i].target);
    return pairedShares(discordance(right(base), right(head)));
  }
  const spans = (answers: readonly string[]): Span[][] => at.map((i) => spansIn(answers[i]));
  return f1Difference(scoresOf(rows, spans(base)), scoresOf(rows, spans(head)));
}

function spansIn(answer: string): Span[] {
  return answer === "" ? [] : [...parseSpans(answer).spans];
}

function points(estimate: Estimate): string {
  if (!isKnown(estimate)) return "undetermined";
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((v) => (100 * v).toFixed(2));
  return `${value} (${low} to ${high})`;
}
