import { evenly } from "../../base/evenly.ts";
import type { Manifest } from "../../record/manifest.ts";
import { fitScale } from "../../stats/temperature.ts";
import type { AnsweredScores, Calibration } from "../kind.ts";
import { classScores } from "./decode.ts";

/** One number needs no more rows than this; evenly spaced ones are taken of more. */
const ENOUGH = 3000;

/** The temperature, on rows whose target is a label of the model; the manifest's own where there is none such. */
export function calibrate(answered: readonly AnsweredScores[], manifest: Manifest): Calibration {
  const id = new Map(manifest.labels.map((label, i) => [label, i]));
  const able = answered.flatMap(({ target, scored }) => {
    const label = id.get(target);
    return label === undefined ? [] : [{ logits: classScores(scored).logits, label }];
  });
  const rows = evenly(able, ENOUGH);
  if (rows.length === 0) return { temperature: manifest.temperature };
  const classes = manifest.labels.length;
  const scores = new Float32Array(rows.length * classes);
  rows.forEach(({ logits }, i) => scores.set(logits, i * classes));
  const labels = rows.map(({ label }) => label);
  return { temperature: 1 / fitScale(scores, labels, classes) };
}
