import type { Manifest } from "../../record/manifest.ts";
import type { ClassifyPrediction } from "../../record/prediction.ts";

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
export function decode(logits: Float32Array, manifest: Manifest): ClassifyPrediction {
  const p = probabilities(logits, manifest.temperature);
  const best = argmax(logits);
  // fromEntries defines fields, so a label named "__proto__" stays a field.
  const scores = Object.fromEntries(manifest.labels.map((label, i) => [label, p[i]]));
  return {
    label: manifest.labels[best],
    confidence: p[best],
    in_scope: manifest.scopeThreshold === null ? null : p[best] >= manifest.scopeThreshold,
    scores,
  };
}
