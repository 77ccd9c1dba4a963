import type { Estimate } from "../stats/estimate.ts";

/** Every prediction of one recipe on one set of rows, and what they amount to. */
export interface Evaluation {
  readonly kind: string;
  /** "folds" (out of fold over train+dev), "dev", "test" or the name of a file. */
  readonly on: string;
  readonly n: number;
  /** Rows without an answer to compare with, or that the predictor refused. */
  readonly unscored: number;
  readonly quality: Quality;
  readonly slices: readonly Slice[];
  /** Pairs of classes most often taken for each other. */
  readonly confusions: readonly Confusion[];
  /**
   * Fitted on all these rows; each row itself was judged with what was fitted on the others. The temperature divides scores;
   * the outside bias is subtracted from the scores of what is no span (kinds with spans).
   */
  readonly calibration: { readonly temperature: number; readonly outsideBias?: number };
  /** Blob of every prediction, as columns (record/predictions). */
  readonly predictions: string;
}

/** Figure name → Estimate. Names are those of ARCHITECTURE.md. */
export type Quality = Readonly<Record<string, Estimate>>;

export interface Slice {
  /** "length=short", "label=refund", "channel=email" */
  readonly name: string;
  readonly n: number;
  readonly quality: Quality;
}

export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly n: number;
}

/** What a candidate costs to run here; never packed, as it differs by machine. */
export interface Footprint {
  readonly latency_ms: { readonly p50: Estimate; readonly p95: Estimate; readonly p99: Estimate };
  readonly size_bytes: number;
  readonly peak_memory_bytes: number | null;
}
