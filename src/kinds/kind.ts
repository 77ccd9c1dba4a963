import type { Confusion, Quality, Slice } from "../record/evaluation.ts";
import type { Manifest } from "../record/manifest.ts";
import type { Prediction } from "../record/prediction.ts";

/**
 * A kind of task: what an answer is, when it is right, and how a set of answers is judged. One folder a kind; each
 * passes test/contracts/kind.
 *
 *   const prediction = kind.decode(logits, manifest);
 *   const { quality, slices, confusions } = kind.measure(rows);
 */
export interface Kind {
  readonly name: string;
  /** Quality figures by name, with the direction that is better. The first is the one that ladders are drawn by. */
  readonly metrics: Readonly<Record<string, "higher" | "lower">>;
  /** Raw outputs of the program for one text (logits, float32 [labels]) → the public answer. */
  decode(logits: Float32Array, manifest: Manifest): Prediction;
  /** The slices by which the inputs of rows are looked at, whatever was answered; rows by their place. */
  slices(rows: readonly SlicedRow[]): readonly Members[];
  /** Quality overall, per slice, and what is confused with what. */
  measure(rows: readonly ScoredRow[]): Measurement;
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
  readonly target: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly prediction: Prediction;
}

export interface Measurement {
  readonly quality: Quality;
  readonly slices: readonly Slice[];
  readonly confusions: readonly Confusion[];
}
