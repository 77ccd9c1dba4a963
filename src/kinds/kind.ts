import type { Answer, Likely } from "../record/answer.ts";
import type { Confusion, Quality, Slice } from "../record/evaluation.ts";
import type { Manifest } from "../record/manifest.ts";
import type { Prediction } from "../record/prediction.ts";
import type { Scored } from "../record/scored.ts";
import type { SpanSpec } from "../record/spans.ts";
import type { SpanScore } from "../spans/score.ts";

/**
 * A kind of task: what an answer is, when it is right, and how a set of answers is judged. One folder a kind; each
 * passes test/contracts/kind.
 *
 *   const prediction = kind.decode(scored, text, manifest);
 *   const { quality, slices, confusions } = kind.measure(rows, manifest.spans ?? null);
 */
export interface Kind {
  readonly name: string;
  /** Quality figures by name, with the direction that is better. The first is the one that ladders are drawn by. */
  readonly metrics: Readonly<Record<string, "higher" | "lower">>;
  /** What the program said of a text → the public answer. */
  readonly decode: (scored: Scored, text: string, manifest: Manifest, options?: DecodeOptions) => Prediction;
  /** Fits what decoding is told beside the scores, on rows that were answered by models not trained on them. */
  readonly calibrate: (rows: readonly AnsweredScores[], manifest: Manifest) => Calibration;
  /** The printed form of an answer, and what else was likely: the answer itself first. */
  readonly answerOf: (prediction: Prediction) => Answer;
  readonly likelyOf: (prediction: Prediction) => Likely;
  /** An answer or a target in words; without the text nothing of it is told, places alone. */
  readonly inWords: (printed: string, text?: string) => string;
  /** The labels that a right answer names. */
  readonly labelsIn: (target: string) => readonly string[];
  /** Whether an answer is wholly right. */
  readonly isRight: (row: Pick<ScoredRow, "text" | "target" | "answer">, spec: SpanSpec | null) => boolean;
  /** Of kinds with spans: what was found rightly, marked wrongly and left over in one text. Null for the others. */
  readonly scoreOf: ((row: Pick<ScoredRow, "text" | "target" | "answer">, spec: SpanSpec | null) => SpanScore) | null;
  /** The slices by which the inputs of rows are looked at, whatever was answered; rows by their place. */
  readonly slices: (rows: readonly SlicedRow[]) => readonly Members[];
  /** Quality overall, per slice, and what is confused with what. */
  readonly measure: (rows: readonly ScoredRow[], spec: SpanSpec | null) => Measurement;
}

export interface DecodeOptions {
  /** Secret of pseudonyms that mean the same over a corpus. */
  readonly secret?: string | undefined;
}

/** What decoding is told beside the scores. */
export interface Calibration {
  readonly temperature: number;
  /** Subtracted from the scores of what is no span: above 0 more is found. Of kinds with spans. */
  readonly outsideBias?: number;
}

/** A row with what a program said of it. */
export interface AnsweredScores {
  readonly text: string;
  readonly target: string;
  readonly scored: Scored;
}

/** What a slice may look at. */
export type SlicedRow = Pick<ScoredRow, "text" | "target" | "columns">;

/** The rows of a slice. */
export interface Members {
  /** "length=short (≤ 40)", "label=refund", "channel=email" */
  readonly name: string;
  readonly rows: readonly number[];
}

/** A row with its answer. */
export interface ScoredRow {
  readonly id: string;
  readonly text: string;
  /** The right answer, printed. */
  readonly target: string;
  readonly columns: Readonly<Record<string, string>>;
  /** Rows of one group (a customer, a document) are not independent; null of a row that stands alone. */
  readonly group: string | null;
  readonly answer: Answer;
}

export interface Measurement {
  readonly quality: Quality;
  readonly slices: readonly Slice[];
  readonly confusions: readonly Confusion[];
}

/** The manifest with a calibration in it. */
export function calibrated(manifest: Manifest, { temperature, outsideBias }: Calibration): Manifest {
  const { spans } = manifest;
  if (spans === undefined || outsideBias === undefined) return { ...manifest, temperature };
  return { ...manifest, temperature, spans: { ...spans, outsideBias } };
}
