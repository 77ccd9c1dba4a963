import { evenly } from "../../base/evenly.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { SpanSpec } from "../../record/spans.ts";
import { scoreSpans } from "../../spans/score.ts";
import { parseSpans } from "../../spans/span.ts";
import { type AnsweredScores, type Calibration, calibrated } from "../kind.ts";
import { found, temperatureOf } from "../spans.ts";
import { onePerField, placedBy } from "./fields.ts";

/** How much may be taken from the score of "no span". */
const BIASES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 3.5, 4];

/** Texts that it is chosen on; evenly spaced ones are taken of more. */
const ENOUGH = 2000;

/** The bias at which F1 of exact spans is highest, the least of equals: few rows teach a chain to say too little. */
export function calibrate(rows: readonly AnsweredScores[], manifest: Manifest): Calibration {
  const temperature = temperatureOf(rows, manifest);
  const fields = manifest.spans?.fields ?? {};
  const asked = evenly(rows, ENOUGH);
  const scores = BIASES.map((outsideBias) => f1(asked, calibrated(manifest, { temperature, outsideBias }), fields));
  return { temperature, outsideBias: BIASES[scores.indexOf(Math.max(...scores))] };
}

function f1(rows: readonly AnsweredScores[], manifest: Manifest, fields: SpanSpec["fields"]): number {
  const placing = placedBy(fields);
  let hits = 0;
  let wrong = 0;
  for (const { text, target, scored } of rows) {
    const spans = onePerField(found(scored, text, manifest), fields);
    const { exact } = scoreSpans(text, placing(parseSpans(target), spans, text), spans, []);
    hits += exact.hits;
    wrong += exact.strays + exact.misses;
  }
  return hits === 0 ? 0 : (2 * hits) / (2 * hits + wrong);
}
