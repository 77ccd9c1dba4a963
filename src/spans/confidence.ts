import { type Chain, chainOf } from "./chain.ts";
import { Backward, Forward } from "./forward-backward.ts";
import type { Lattice } from "./lattice.ts";
import { beginTag, insideTag, runsOf } from "./tags.ts";

/**
 * Tokens around a span that its confidence is computed from, where O stands beyond on the best path. A chain forgets what
 * lies behind O: the test bounds the difference from the whole text.
 */
const HALO = 48;

/**
 * For each run of `tags` (the best path) the probability that exactly this run stands there: B at its first token, I at
 * the others, and no I behind it, whatever the rest of the text is. In the order of runsOf and spansOf.
 */
export function spanConfidence(lattice: Lattice, tags: ArrayLike<number>, temperature = 1): Float64Array<ArrayBuffer> {
  const runs = runsOf(tags);
  const confidence = new Float64Array(runs.length);
  if (runs.length === 0) return confidence;
  const chain = chainOf(lattice, temperature);
  const forward = new Forward(lattice, chain, temperature);
  const backward = new Backward(lattice, chain, temperature);
  const n = tags.length;
  for (let i = 0; i < runs.length;) {
    let j = i + 1;
    while (j < runs.length && runs[j][0] - runs[j - 1][1] <= 2 * HALO) j++;
    const from = Math.max(0, runs[i][0] - HALO);
    const to = Math.min(n, runs[j - 1][1] + HALO);
    const part = confidence.subarray(i, j);
    const group = runs.slice(i, j);
    forward.begin(from);
    for (let r = 0; r < group.length; r++) {
      forward.advance(group[r][0]);
      part[r] = forward.scores[beginTag(group[r][2])] + innerScore(lattice, chain, temperature, group[r]);
    }
    forward.advance(to - 1);
    const whole = forward.total(to);
    backward.begin(to);
    for (let r = group.length - 1; r >= 0; r--) {
      const [first, end, label] = group[r];
      backward.retreat(end - 1);
      const tag = end - first > 1 ? insideTag(label) : beginTag(label);
      part[r] = Math.min(1, Math.exp(part[r] + backward.leaving[tag] - whole));
    }
    i = j;
  }
  return confidence;
}

/**
 * The log-probability of a whole path of tags: its score less the logarithm of the sum over all paths. -Infinity for one
 * that BIO does not allow.
 */
export function pathLogLikelihood(lattice: Lattice, tags: ArrayLike<number>, temperature = 1): number {
  const n = tags.length;
  if (n === 0) return 0;
  const chain = chainOf(lattice, temperature);
  const forward = new Forward(lattice, chain, temperature);
  forward.begin(0);
  forward.advance(n - 1);
  return pathScore(lattice, chain, tags, temperature) - forward.total(n);
}

/** Steps and emissions of a run behind its first token. */
function innerScore(
  { emissions }: Lattice,
  { tags, inside }: Chain,
  temperature: number,
  [first, end, label]: readonly [number, number, number],
): number {
  let score = 0;
  for (let t = first + 1; t < end; t++) {
    score += inside[2 * label + (t === first + 1 ? 0 : 1)] + emissions[t * tags + insideTag(label)] / temperature;
  }
  return score;
}

function pathScore({ emissions }: Lattice, chain: Chain, path: ArrayLike<number>, temperature: number): number {
  const { tags, open, inside, first, last } = chain;
  const n = path.length;
  let score = first[path[0]] + last[path[n - 1]];
  for (let t = 0; t < n; t++) {
    const to = path[t];
    score += emissions[t * tags + to] / temperature;
    if (t === 0) continue;
    const from = path[t - 1];
    if (to === 0) score += open[from];
    else if (to % 2 === 1) score += open[((to + 1) / 2) * tags + from];
    else if (from === to || from === to - 1) score += inside[to - 2 + (from === to ? 1 : 0)];
    else return -Infinity;
  }
  return score;
}
