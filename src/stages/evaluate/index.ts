import { Fault } from "../../base/fault.ts";
import { kindOf } from "../../kinds/table.ts";
import type { ScoredRow } from "../../kinds/kind.ts";
import { fitScale } from "../../learn/calibrate.ts";
import type { Example } from "../../record/dataset.ts";
import type { Evaluation } from "../../record/evaluation.ts";
import type { Manifest } from "../../record/manifest.ts";
import { writePredictions } from "../../record/predictions.ts";
import type { Blobs } from "../../store/port.ts";

/** What a predictor said of one row, before calibration. */
export interface Answered {
  readonly example: Example;
  readonly logits: Float32Array | Fault;
  /** Rows of one fold were answered by one model. */
  readonly fold: number;
}

/**
 * Evaluate: answers in, figures out. The temperature that a row is judged with is fitted on the rows of the other folds,
 * so that calibration is never judged on what it was fitted to.
 */
export function judge(on: string, answers: readonly Answered[], manifest: Manifest, blobs: Blobs): Evaluation {
  const temperatures = new Map<number, number>();
  for (const fold of new Set(answers.map((a) => a.fold))) {
    temperatures.set(
      fold,
      temperatureOf(
        answers.filter((a) => a.fold !== fold),
        manifest,
      ),
    );
  }
  const kind = kindOf(manifest.kind);
  const rows = answers.flatMap(({ example, logits, fold }): ScoredRow[] => {
    if (logits instanceof Fault || example.target === null) return [];
    const temperature = temperatures.get(fold) ?? manifest.temperature;
    return [scored(example, kind.decode(logits, { ...manifest, temperature }), example.target)];
  });
  return evaluation(on, manifest, rows, answers.length, temperatureOf(answers, manifest), blobs);
}

/** Evaluate a finished pack as it stands: its own temperature, every answer through its own predictor. */
export function judgePack(
  on: string,
  examples: readonly Example[],
  predictions: readonly (ScoredRow["prediction"] | Fault)[],
  manifest: Manifest,
  blobs: Blobs,
): Evaluation {
  const rows = examples.flatMap((example, i): ScoredRow[] => {
    const prediction = predictions[i];
    if (prediction instanceof Fault || example.target === null) return [];
    return [scored(example, prediction, example.target)];
  });
  return evaluation(on, manifest, rows, examples.length, manifest.temperature, blobs);
}

function scored(example: Example, prediction: ScoredRow["prediction"], target: string): ScoredRow {
  return { id: example.id, text: example.text, target, columns: example.columns, prediction };
}

function evaluation(
  on: string,
  manifest: Manifest,
  rows: readonly ScoredRow[],
  asked: number,
  temperature: number,
  blobs: Blobs,
): Evaluation {
  const { quality, slices, confusions } = kindOf(manifest.kind).measure(rows);
  return {
    kind: manifest.kind,
    on,
    n: rows.length,
    unscored: asked - rows.length,
    quality,
    slices,
    confusions,
    temperature,
    predictions: blobs.put(writePredictions(rows)),
  };
}

/** One number needs no more rows than this; evenly spaced ones are taken of more. */
const ENOUGH = 3000;

/** Fitted on rows whose target is a label of the model; the manifest's own where there is none such. */
function temperatureOf(answers: readonly Answered[], manifest: Manifest): number {
  const id = new Map(manifest.labels.map((label, i) => [label, i]));
  const able = answers.flatMap(({ example, logits }) => {
    const target = example.target === null ? undefined : id.get(example.target);
    return logits instanceof Fault || target === undefined ? [] : [{ logits, target }];
  });
  const step = Math.max(1, able.length / ENOUGH);
  const rows = Array.from({ length: Math.min(able.length, ENOUGH) }, (_, i) => able[Math.floor(i * step)]);
  if (rows.length === 0) return manifest.temperature;
  const classes = manifest.labels.length;
  const scores = new Float32Array(rows.length * classes);
  rows.forEach(({ logits }, i) => scores.set(logits, i * classes));
  const targets = rows.map(({ target }) => target);
  return 1 / fitScale(scores, targets, classes);
}
