import { chainOf } from "./chain.ts";
import { spanConfidence } from "./confidence.ts";
import type { Lattice } from "./lattice.ts";
import type { Span } from "./span.ts";
import { spansOf } from "./tags.ts";

export interface DecodeOptions {
  /** Divides every score where probabilities are made of them; it does not move the best path. 1 unless told. */
  readonly temperature?: number;
  /**
   * Taken from the score of O at every token before the best path is sought, in the lattice's own units: above 0 more is
   * marked. It does not touch confidence, which stays the chance that the span is right. 0 unless told.
   */
  readonly outsideBias?: number;
}

export interface FoundSpan extends Span {
  /** Marginal probability that a span of this label stands exactly here. */
  readonly confidence: number;
}

/** Rounding that sums of this size may hide when predecessors are ruled out. */
const ROUNDING = 1e-6;

/**
 * The tags of the best path that BIO allows (Viterbi 1967); of equals the one with the lower tag at the last place where
 * they differ. Predecessors too far behind the best one to be best for any open tag are passed over; that changes
 * nothing but the time.
 */
export function viterbi(lattice: Lattice, options: DecodeOptions = {}): Int32Array<ArrayBuffer> {
  const { emissions } = lattice;
  const n = lattice.tokens.length / 2;
  const path = new Int32Array(n);
  if (n === 0) return path;
  const bias = options.outsideBias ?? 0;
  const { tags, labels, open, slack, inside, first, last } = chainOf(lattice);
  const back = new Uint16Array(n * tags);
  const near = new Int32Array(tags);
  let now = new Float64Array(tags);
  let next = new Float64Array(tags);
  for (let k = 0; k < tags; k++) now[k] = first[k] + emissions[k];
  now[0] -= bias;

  for (let t = 1; t < n; t++) {
    const row = t * tags;
    let top = 0;
    for (let k = 1; k < tags; k++) if (now[k] > now[top]) top = k;
    const least = now[top] - slack[top] - ROUNDING;
    let count = 0;
    for (let k = 0; k < tags; k++) if (now[k] >= least) near[count++] = k;
    for (let o = 0; o <= labels; o++) {
      const to = o === 0 ? 0 : 2 * o - 1;
      const steps = o * tags;
      let from = top;
      let best = -Infinity;
      for (let c = 0; c < count; c++) {
        const score = now[near[c]] + open[steps + near[c]];
        if (score > best) {
          best = score;
          from = near[c];
        }
      }
      next[to] = best + emissions[row + to];
      back[row + to] = from;
    }
    next[0] -= bias;
    for (let k = 0; k < labels; k++) {
      const to = 2 * k + 2;
      const begun = now[to - 1] + inside[2 * k];
      const within = now[to] + inside[2 * k + 1];
      next[to] = (begun >= within ? begun : within) + emissions[row + to];
      back[row + to] = begun >= within ? to - 1 : to;
    }
    const held = now;
    now = next;
    next = held;
  }

  let end = 0;
  for (let k = 1; k < tags; k++) if (now[k] + last[k] > now[end] + last[end]) end = k;
  for (let t = n - 1; t >= 0; t--) {
    path[t] = end;
    end = back[t * tags + end];
  }
  return path;
}

/** The spans of the best path, with their confidence. */
export function decode(lattice: Lattice, labels: readonly string[], options: DecodeOptions = {}): FoundSpan[] {
  const tags = viterbi(lattice, options);
  const confidence = spanConfidence(lattice, tags, options.temperature);
  return spansOf(tags, lattice.tokens, labels).map((span, i) => ({ ...span, confidence: confidence[i] }));
}
