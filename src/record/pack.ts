import type { Quality } from "./evaluation.ts";
import type { KindName } from "./task.ts";
import type { Precision, Recipe } from "./recipe.ts";
import type { Prediction } from "./prediction.ts";

/** The part "pack.json": who this model is. No times, dates, paths or memory: same in, same bytes. */
export interface PackCard {
  readonly format: 1;
  readonly whittle: string;
  readonly engine: string;
  readonly task: { readonly name: string; readonly kind: KindName; readonly about: string };
  /** Label → meaning. */
  readonly labels: Readonly<Record<string, string>>;
  readonly recipe: Recipe;
  readonly precision: Precision;
  readonly held: boolean;
  /** Where each figure comes from: "folds", "dev", "test". */
  readonly quality: Readonly<Record<string, Quality>>;
  readonly reasons: readonly string[];
  readonly maxTextLength: number;
  /** Fingerprints (64-bit, hex) of the training texts, case and spacing folded, as a part; for overlap reports. */
  readonly trainedOn: { readonly rows: number };
}

/** The part "sample.json": predictions of the pack's own evaluation, re-made whenever it is opened on a new machine. */
export type PackSample = readonly { readonly text: string; readonly prediction: Prediction }[];
