import { onnxruntime } from "../src/engine/index.ts";
import { placedBy } from "../src/kinds/extract/fields.ts";
import type { Example } from "../src/record/dataset.ts";
import type { RungName } from "../src/record/recipe.ts";
import type { FieldSpec, SpanSpec } from "../src/record/spans.ts";
import { parseSpans, type Span } from "../src/spans/span.ts";
import { wilson } from "../src/stats/interval/wilson.ts";
import { discordance, mcnemar } from "../src/stats/mcnemar.ts";
import { pairedShares } from "../src/stats/paired.ts";
import { crfsuite } from "./peers/crfsuite.ts";
import { points } from "./spans/figures.ts";
import { fitCalibrated, found, labelsOf } from "./spans/models.ts";
import { plainSpec, rowsOf, sharedData } from "./spans/rows.ts";

export const title = "SROIE: fields of receipts";

const threads = 2;
const rungs = (process.env["WHITTLE_BENCH_RUNGS"] ?? "linear encoder").split(" ") as RungName[];
const field = (type: FieldSpec["type"]): FieldSpec => ({ type, many: false, required: true, format: null });
const fields = { company: field("text"), date: field("date"), address: field("text"), total: field("amount") };
const spec: SpanSpec = { ...plainSpec, fields };

/** Value right or wrong, receipt by receipt; a value that stands nowhere in the text counts as wrong like any other. */
export async function run(): Promise<void> {
  const folder = sharedData("sroie");
  if (folder === undefined) return;
  const rows = await rowsOf(folder, "train.jsonl", spec, "fields");
  // While building, a fifth of the training rows stands for the test.
  const closed = process.env["WHITTLE_BENCH_TEST"] === "closed";
  const train = closed ? rows.filter((_, i) => i % 5 !== 0) : rows;
  const test = closed ? rows.filter((_, i) => i % 5 === 0) : await rowsOf(folder, "test.jsonl", spec, "fields");
  const labels = labelsOf(train);
  const engine = onnxruntime();
  const right = new Map<string, Record<string, boolean[]>>();
  const told = (name: string, spans: readonly (readonly Span[])[]): void => {
    const own = Object.fromEntries(labels.map((label) => [label, test.map((row, i) => isRight(row, spans[i], label))]));
    right.set(name, own);
    const figures = labels.map((label) => `${label} ${points(wilson(own[label].filter(Boolean).length, test.length))}`);
    console.log(`${name}: value right: ${figures.join("; ")}.`);
  };
  for (const rung of rungs) {
    const watch = train.filter((_, i) => i % 10 === 9);
    const fitted = await fitCalibrated({
      kind: "extract",
      rung,
      train: rung === "linear" ? train : train.filter((_, i) => i % 10 !== 9),
      watch: rung === "linear" ? [] : watch,
      labels,
      spec,
      engine,
      threads,
    });
    told(rung, await found(fitted, test));
    await fitted.predictor.close();
  }
  const peer = await crfsuite(train, test, labels);
  if (peer !== undefined) {
    const surest = peer.map((spans) => [...spans].sort((a, b) => b.confidence - a.confidence));
    told("crfsuite", surest);
    for (const rung of rungs) {
      for (const label of labels) {
        const pairs = discordance(right.get("crfsuite")?.[label] ?? [], right.get(rung)?.[label] ?? []);
        console.log(
          `${rung} − crfsuite, ${label}: ${points(pairedShares(pairs))}, McNemar p ${mcnemar(pairs).toFixed(3)}.`,
        );
      }
    }
  }
  await engine.close();
}

/** The first span of the label is the field's value: whittle answers with one only, the peer's come surest first. */
function isRight({ text, target }: Example, spans: readonly Span[], label: string): boolean {
  const wanted = parseSpans(target ?? "[]");
  const own = spans.filter((span) => span.label === label).slice(0, 1);
  const { spans: placed, unplaced } = placedBy(fields)(wanted, own, text);
  const places = placed.filter((span) => span.label === label);
  if (unplaced.some((value) => value.label === label)) return false;
  if (places.length === 0) return own.length === 0;
  return own.length === 1 && places[0].start === own[0].start && places[0].end === own[0].end;
}
