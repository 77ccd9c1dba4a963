import type { Lattice } from "./lattice.ts";

/**
 * The steps of a lattice, laid out for the passes over it. Tags that may follow every tag are called open (O and every B:
 * open 0 is tag 0, open k + 1 is tag 2k + 1); an I has two predecessors only, and what the transitions say of its others
 * is not read.
 */
export interface Chain {
  readonly tags: number;
  readonly labels: number;
  /** Log-scores of steps into open tags, [labels + 1, tags]: a row a target. */
  readonly open: Float64Array;
  /** The largest entry of each row of `open`. */
  readonly peak: Float64Array;
  /**
   * For each tag the most by which any step into an open tag from elsewhere can be better than the one from here: a tag
   * that lies further behind this one cannot be the best predecessor of anything open. Infinity where a step is barred.
   */
  readonly slack: Float64Array;
  /** Log-scores of B to I and of I to I, [labels, 2]. */
  readonly inside: Float64Array;
  /** Into the first token, and out of the last, [tags]. */
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** The chain last made of each table of steps at 1, and at another temperature: the texts of a model share its table. */
const made = new WeakMap<Float32Array, { plain?: Chain; tempered?: { temperature: number; chain: Chain } }>();

/** Every score is divided by the temperature. */
export function chainOf({ transitions }: Lattice, temperature = 1): Chain {
  let kept = made.get(transitions);
  if (kept === undefined) made.set(transitions, (kept = {}));
  if (temperature === 1) return (kept.plain ??= chainFrom(transitions, 1));
  if (kept.tempered?.temperature !== temperature) {
    kept.tempered = { temperature, chain: chainFrom(transitions, temperature) };
  }
  return kept.tempered.chain;
}

function chainFrom(transitions: Float32Array, temperature: number): Chain {
  const stride = Math.round(Math.sqrt(transitions.length));
  const tags = stride - 1;
  const labels = (tags - 1) / 2;
  const opens = labels + 1;
  const at = (from: number, to: number): number => transitions[from * stride + to] / temperature;
  const open = new Float64Array(opens * tags);
  const peak = new Float64Array(opens).fill(-Infinity);
  const slack = new Float64Array(tags).fill(0);
  for (let o = 0; o < opens; o++) {
    const to = o === 0 ? 0 : 2 * o - 1;
    for (let from = 0; from < tags; from++) {
      const score = at(from, to);
      open[o * tags + from] = score;
      if (score > peak[o]) peak[o] = score;
    }
    if (peak[o] === -Infinity) continue;
    for (let from = 0; from < tags; from++) slack[from] = Math.max(slack[from], peak[o] - open[o * tags + from]);
  }
  const inside = new Float64Array(2 * labels);
  for (let k = 0; k < labels; k++) {
    inside[2 * k] = at(2 * k + 1, 2 * k + 2);
    inside[2 * k + 1] = at(2 * k + 2, 2 * k + 2);
  }
  const first = Float64Array.from({ length: tags }, (_, to) => (to > 0 && to % 2 === 0 ? -Infinity : at(tags, to)));
  const last = Float64Array.from({ length: tags }, (_, from) => at(from, tags));
  return { tags, labels, open, peak, slack, inside, first, last };
}
