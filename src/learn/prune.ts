import type { LinearModel } from "./linear.ts";

/** The features whose greatest weight in any class is greatest, at most `count`, by rising id; ties to the lower id. */
export function strongest({ features, classes, weights }: LinearModel, count: number): Int32Array {
  const strength = new Float64Array(features);
  for (let f = 0; f < features; f++) {
    for (let k = 0; k < classes; k++) strength[f] = Math.max(strength[f], Math.abs(weights[f * classes + k]));
  }
  const ids = Array.from({ length: features }, (_, f) => f);
  if (count < features) ids.sort((a, b) => strength[b] - strength[a] || a - b);
  return Int32Array.from(ids.slice(0, count)).sort();
}

/** The model over the features named alone, renumbered in the order named. */
export function keepFeatures({ classes, weights, bias }: LinearModel, ids: Int32Array): LinearModel {
  const kept = new Float32Array(ids.length * classes);
  ids.forEach((f, i) => kept.set(weights.subarray(f * classes, (f + 1) * classes), i * classes));
  return { features: ids.length, classes, weights: kept, bias };
}
