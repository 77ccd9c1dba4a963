import type { Estimate } from "../stats/estimate.ts";
import type { Measured } from "./decision.ts";
import type { Precision, RungName } from "./recipe.ts";

/**
 * One line of the history: a candidate as it was measured, short enough that a thousand are read at once. The whole lies
 * under the same key in the stage "measured".
 */
export interface Run {
  readonly rung: RungName;
  readonly precision: Precision;
  readonly seed: number;
  /** What judged it: "folds" or "dev", and how many rows. */
  readonly on: string;
  readonly n: number;
  /** The kind's first figure. */
  readonly metric: string;
  readonly figure: Estimate;
  readonly held: boolean;
  readonly size_bytes: number;
  readonly latency_p95_ms: Estimate;
  /** Blob of the Dataset that it was trained and judged on. */
  readonly dataset: string;
  /** Blob of its predictions (record/predictions). */
  readonly predictions: string;
}

export function runOf({ recipe, precision, evaluation, footprint, held }: Measured, dataset: string): Run {
  const [metric] = Object.keys(evaluation.quality);
  return {
    rung: recipe.rung,
    precision,
    seed: recipe.seed,
    on: evaluation.on,
    n: evaluation.n,
    metric,
    figure: evaluation.quality[metric],
    held,
    size_bytes: footprint.size_bytes,
    latency_p95_ms: footprint.latency_ms.p95,
    dataset,
    predictions: evaluation.predictions,
  };
}
