import { Fault } from "../base/fault.ts";

/** Mean negative log-likelihood of softmax(scores · scale), in nats, of rows × classes scores. */
export function logLoss(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number, scale: number): number {
  let sum = 0;
  for (let r = 0; r < labels.length; r++) {
    const at = r * classes;
    let most = -Infinity;
    for (let k = 0; k < classes; k++) most = Math.max(most, scores[at + k] * scale);
    let total = 0;
    for (let k = 0; k < classes; k++) total += Math.exp(scores[at + k] * scale - most);
    sum += most + Math.log(total) - scores[at + labels[r]] * scale;
  }
  return sum / labels.length;
}

/**
 * The inverse temperature 1/T that minimises the log-likelihood loss of softmax(scores / T) on held-out rows (Guo,
 * Pleiss, Sun & Weinberger 2017). The loss is convex in 1/T, so golden-section search on ln(1/T) in [ln 0.01, ln 100]
 * ends at its minimum; rows separated without error have none, and the search stops where the loss is no longer told from 0.
 * It serves the margins of a linear machine as it serves logits: order is never changed, only confidence.
 */
export function fitScale(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  if (labels.length === 0 || classes < 1 || scores.length !== labels.length * classes) {
    throw new Fault("stats/temperature", {
      what: `${scores.length} scores of ${classes} classes do not fit ${labels.length} labels`,
      why: "a temperature is fitted on at least one row, with a score of every class",
    });
  }
  return fitByLoss((scale) => logLoss(scores, labels, classes, scale));
}

/** The scale in [0.01, 100] with the least loss, for a loss that is unimodal in its logarithm. */
export function fitByLoss(lossOf: (scale: number) => number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  const loss = (logScale: number): number => lossOf(Math.exp(logScale));
  let low = Math.log(0.01);
  let high = Math.log(100);
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let atLeft = loss(left);
  let atRight = loss(right);
  while (high - low > 1e-4) {
    if (atLeft <= atRight) {
      high = right;
      [right, atRight] = [left, atLeft];
      left = high - golden * (high - low);
      atLeft = loss(left);
    } else {
      low = left;
      [left, atLeft] = [right, atRight];
      right = low + golden * (high - low);
      atRight = loss(right);
    }
  }
  return Math.exp((low + high) / 2);
}

/** softmax(scores · scale) of one row, written to `into`. */
export function softmax(scores: ArrayLike<number>, scale: number, into: Float32Array | Float64Array): void {
  let most = -Infinity;
  for (let k = 0; k < scores.length; k++) most = Math.max(most, scores[k] * scale);
  let total = 0;
  for (let k = 0; k < scores.length; k++) total += into[k] = Math.exp(scores[k] * scale - most);
  for (let k = 0; k < scores.length; k++) into[k] /= total;
}
