import { random } from "../../base/random.ts";

/** Texts that are calibrated on, and characters of all of them; one text is taken whatever its length. */
const TEXTS = 256;
const CHARACTERS = 100_000;

/** A seeded sample of texts that a model was trained on, to see what lies inside it. No label is looked at. */
export function calibrationSample(texts: readonly string[], seed: number): string[] {
  const drawn: string[] = [];
  let characters = 0;
  for (const i of random(seed, "calibration").sample(texts.length, Math.min(TEXTS, texts.length))) {
    characters += texts[i].length;
    if (drawn.length > 0 && characters > CHARACTERS) break;
    drawn.push(texts[i]);
  }
  return drawn;
}
