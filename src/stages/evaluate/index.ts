import { Fault } from "../../base/fault.ts";
import { kindOf } from "../../kinds/table.ts";
import { type AnsweredScores, type Calibration, calibrated, type ScoredRow } from "../../kinds/kind.ts";
import type { Answer } from "../../record/answer.ts";
import type { Example } from "../../record/dataset.ts";
import type { Evaluation, Quality } from "../../record/evaluation.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { Prediction } from "../../record/prediction.ts";
import { writePredictions } from "../../record/predictions.ts";
import type { Scored } from "../../record/scored.ts";
import type { Blobs } from "../../store/port.ts";

/** What a predictor said of one row, before calibration. */
export interface Answered {
  readonly example: Example;
  readonly scored: Scored | Fault;
  /** Rows of one fold were answered by one model. */
  readonly fold: number;
}

/** A row that has an answer, as it is judged and as it is kept. */
interface JudgedRow extends ScoredRow {
  readonly prediction: Prediction;
}

/**
 * Evaluate: answers in, figures out. What a row's answer is decoded with is fitted on the rows of the other folds, so that
 * calibration is never judged on what it was fitted to.
 */
export function judge(on: string, answers: readonly Answered[], manifest: Manifest, blobs: Blobs): Evaluation {
  const kind = kindOf(manifest.kind);
  const fits = new Map<number, Manifest>();
  for (const fold of new Set(answers.map((a) => a.fold))) {
    const others = able(answers.filter((a) => a.fold !== fold));
    fits.set(fold, calibrated(manifest, kind.calibrate(others, manifest)));
  }
  const rows = answers.flatMap(({ example, scored, fold }): JudgedRow[] => {
    if (scored instanceof Fault || example.target === null) return [];
    const prediction = kind.decode(scored, example.text, fits.get(fold) ?? manifest, { secret: UNSEEN });
    return [judged(example, prediction, example.target, manifest)];
  });
  return evaluation(on, manifest, rows, answers.length, kind.calibrate(able(answers), manifest), blobs);
}

/** Judging looks at places, never at what stands in them afterwards: any secret of pseudonyms does. */
export const UNSEEN = "judging";

/** Evaluate a finished pack as it stands: its own calibration, every answer through its own predictor. */
export function judgePack(
  on: string,
  examples: readonly Example[],
  predictions: readonly (Prediction | Fault)[],
  manifest: Manifest,
  blobs: Blobs,
): Evaluation {
  const rows = examples.flatMap((example, i): JudgedRow[] => {
    const prediction = predictions[i];
    if (prediction instanceof Fault || example.target === null) return [];
    return [judged(example, prediction, example.target, manifest)];
  });
  const { temperature, spans } = manifest;
  const calibration = spans === undefined ? { temperature } : { temperature, outsideBias: spans.outsideBias };
  return evaluation(on, manifest, rows, examples.length, calibration, blobs);
}

function able(answers: readonly Answered[]): AnsweredScores[] {
  return answers.flatMap(({ example: { text, target }, scored }) =>
    scored instanceof Fault || target === null ? [] : [{ text, target, scored }],
  );
}

function judged(example: Example, prediction: Prediction, target: string, manifest: Manifest): JudgedRow {
  const { id, text, columns, group } = example;
  return { id, text, target, columns, group, prediction, answer: kindOf(manifest.kind).answerOf(prediction) };
}

function evaluation(
  on: string,
  manifest: Manifest,
  rows: readonly JudgedRow[],
  asked: number,
  calibration: Calibration,
  blobs: Blobs,
): Evaluation {
  const kind = kindOf(manifest.kind);
  const spec = manifest.spans ?? null;
  const { quality, slices, confusions } = kind.measure(rows, spec);
  const kept = rows.map((row) => ({
    id: row.id,
    target: kind.isRight(row, spec) ? row.answer.label : row.target,
    likely: kind.likelyOf(row.prediction),
  }));
  return {
    kind: manifest.kind,
    on,
    n: rows.length,
    unscored: asked - rows.length,
    quality,
    slices,
    confusions,
    calibration,
    predictions: blobs.put(writePredictions(kept)),
  };
}

/** Figures of answers that were given before, of which only the printed form is kept. */
export function measureAnswers(
  rows: readonly { readonly example: Example; readonly answer: Answer }[],
  manifest: Pick<Manifest, "kind" | "spans">,
): Quality {
  const scored = rows.flatMap(({ example: { id, text, target, columns, group }, answer }): ScoredRow[] =>
    target === null ? [] : [{ id, text, target, columns, group, answer }],
  );
  return kindOf(manifest.kind).measure(scored, manifest.spans ?? null).quality;
}
