import type { Evaluation, Footprint, Quality } from "./evaluation.ts";
import type { Precision, Recipe, RungName } from "./recipe.ts";

/** One step of the ladder: a rung at a precision, measured. */
export interface Measured {
  readonly recipe: Recipe;
  readonly precision: Precision;
  readonly evaluation: Evaluation;
  readonly footprint: Footprint;
  readonly verdicts: readonly BarVerdict[];
  readonly held: boolean;
  /** Where several seeds were trained: the first figure of each; the best of them is this candidate. */
  readonly seeds?: readonly SeedFigure[];
}

export interface SeedFigure {
  readonly seed: number;
  readonly value: number;
}

export interface BarVerdict {
  /** The bar line, printed. */
  readonly line: string;
  readonly verdict: "held" | "missed" | "undetermined";
  /** The figure that was compared, printed. */
  readonly figure: string;
  /** How far from the limit, as a share of the limit; negative when missed. */
  readonly margin: number | null;
  /** For an undetermined or narrowly missed line: the rows that would decide it. */
  readonly enough: number | null;
}

export interface Decision {
  readonly held: boolean;
  readonly chosen: { readonly rung: RungName; readonly precision: Precision; readonly recipe: Recipe };
  /** Quality of the refit on the test part, opened once; null when there is no test part. */
  readonly test: Quality | null;
  /** How many distinct candidates have been scored on this test part, this one included. */
  readonly testOpenings: number;
  /** In plain words, most important first. */
  readonly reasons: readonly string[];
}
