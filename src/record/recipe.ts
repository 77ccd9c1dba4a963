/** How a candidate is made: a rung with its settings. Frozen once chosen; the refit uses the very same. */
export const rungNames = ["baseline", "linear", "bag", "encoder"] as const;
export type RungName = (typeof rungNames)[number];

export const precisions = ["fp32", "fp16", "int8", "int4", "mixed", "healed"] as const;
export type Precision = (typeof precisions)[number];

export type Setting = number | string | boolean;

export interface Recipe {
  readonly rung: RungName;
  readonly settings: Readonly<Record<string, Setting>>;
  readonly seed: number;
}

/** "linear c=0.5 seed=1" */
export function printRecipe(recipe: Recipe): string {
  const settings = Object.entries(recipe.settings).map(([k, v]) => `${k}=${v}`);
  return [recipe.rung, ...settings, `seed=${recipe.seed}`].join(" ");
}
