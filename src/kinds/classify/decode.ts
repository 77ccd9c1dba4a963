import type { Manifest } from "../../record/manifest.ts";
import type { Likely } from "../../record/answer.ts";
import type { ClassifyPrediction, Prediction } from "../../record/prediction.ts";
import { TOP } from "../../record/predictions.ts";
import type { ClassScores, Scored } from "../../record/scored.ts";

/** softmax(logits / temperature), in f64, shifted by the largest so that nothing overflows. */
export function probabilities(logits: ArrayLike<number>, temperature: number): Float64Array {
  let top = -Infinity;
  for (let i = 0; i < logits.length; i++) if (logits[i] > top) top = logits[i];
  const p = new Float64Array(logits.length);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    p[i] = Math.exp((logits[i] - top) / temperature);
    sum += p[i];
  }
  for (let i = 0; i < p.length; i++) p[i] /= sum;
  return p;
}

export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** The label of the highest logit (the first among equals) with its calibrated probability. */
export function decode(scored: Scored, manifest: Manifest): ClassifyPrediction {
  const { logits, windows } = classScores(scored);
  const p = probabilities(logits, manifest.temperature);
  const best = argmax(logits);
  // fromEntries defines fields, so a label named "__proto__" stays a field.
  const scores = Object.fromEntries(manifest.labels.map((label, i) => [label, p[i]]));
  return {
    label: manifest.labels[best],
    confidence: p[best],
    in_scope: manifest.scopeThreshold === null ? null : p[best] >= manifest.scopeThreshold,
    scores,
    ...(windows > 1 ? { windows } : {}),
  };
}

export function classScores(scored: Scored): ClassScores {
  if (scored.form === "classes") return scored;
  throw new TypeError("a lattice of tags is no answer to a question of one label");
}

export function classified(prediction: Prediction): ClassifyPrediction {
  if ("scores" in prediction) return prediction;
  throw new TypeError("spans are no answer to a question of one label");
}

/** The answer first, then others by falling chance, TOP in all; among equals the one that the model lists first. */
export function likelyOf({ label, confidence, scores }: ClassifyPrediction): Likely {
  const best: [string, number][] = [[label, confidence]];
  for (const other in scores) {
    const chance = scores[other];
    if (other === label || (best.length === TOP && chance <= best[TOP - 1][1])) continue;
    let at = Math.min(best.length, TOP - 1);
    for (; at > 1 && best[at - 1][1] < chance; at--) best[at] = best[at - 1];
    best[at] = [other, chance];
  }
  return best;
}
