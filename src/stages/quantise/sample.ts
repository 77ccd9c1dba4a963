import { random } from "../../base/random.ts";
import type { Precision } from "../../record/recipe.ts";

/** Texts that are looked at, and characters of all of them; one text is taken whatever its length. */
const most: Readonly<Partial<Record<Precision, { readonly texts: number; readonly characters: number }>>> = {
  int4: { texts: 256, characters: 100_000 },
  mixed: { texts: 256, characters: 100_000 },
  healed: { texts: 4_000, characters: 400_000 },
};

/** Whether a precision is made by a sample of texts, and not by the weights alone. */
export function isCalibrated(precision: Precision): boolean {
  return most[precision] !== undefined;
}

/**
 * A seeded sample of the texts that a model was trained on, for a precision to see what lies inside the model and what it
 * answers; none where it need not. No label is looked at.
 */
export function calibrationSample(texts: readonly string[], seed: number, precision: Precision = "int4"): string[] {
  const bound = most[precision];
  if (bound === undefined) return [];
  const drawn: string[] = [];
  let characters = 0;
  for (const i of random(seed, "calibration").sample(texts.length, Math.min(bound.texts, texts.length))) {
    characters += texts[i].length;
    if (drawn.length > 0 && characters > bound.characters) break;
    drawn.push(texts[i]);
  }
  return drawn;
}
