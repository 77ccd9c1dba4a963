import type { Chain } from "./chain.ts";
import type { Lattice } from "./lattice.ts";

/**
 * The two halves of the forward–backward pass (Baum 1972) in log-scores. Sums into or out of open tags are taken of
 * exponentials relative to the largest score and the largest step, so nothing overflows; where all of them underflow
 * (steps barred by huge scores, emissions hundreds apart) the sum is taken again relative to its own largest term. Two
 * rows are held whatever the length of the text.
 */

/** Terms so far below the largest that a double would not show them: exp(-45) < 2^-64. */
const NEGLIGIBLE = 45;
/** Sums below this are taken again; what was cut off then is smaller than they are by far. */
const LEAST_SUM = 1e-200;

/** scores[k] = log of the sum over all beginnings that end in tag k at the token `at`, its emission included. */
export class Forward {
  scores: Float64Array<ArrayBuffer>;
  at = 0;
  private next: Float64Array<ArrayBuffer>;
  private readonly near: Int32Array;
  private readonly shares: Float64Array;
  private readonly odds: Float64Array;
  private readonly chain: Chain;
  private readonly emissions: Float32Array;
  private readonly temperature: number;

  constructor({ emissions }: Lattice, chain: Chain, temperature: number) {
    this.chain = chain;
    this.emissions = emissions;
    this.temperature = temperature;
    this.scores = new Float64Array(chain.tags);
    this.next = new Float64Array(chain.tags);
    this.near = new Int32Array(chain.tags);
    this.shares = new Float64Array(chain.tags);
    this.odds = sharesOf(chain).odds;
  }

  /** Stands at token `from`: the first of the text, or one behind an O. */
  begin(from: number): void {
    const { tags, labels, first, open } = this.chain;
    this.at = from;
    if (from === 0) this.scores.set(first);
    else {
      this.scores.fill(-Infinity);
      this.scores[0] = open[0];
      for (let o = 1; o <= labels; o++) this.scores[2 * o - 1] = open[o * tags];
    }
    for (let k = 0; k < tags; k++) this.scores[k] += this.emissions[from * tags + k] / this.temperature;
  }

  advance(to: number): void {
    while (this.at < to) this.step();
  }

  /** Log of the sum over all that lies between `begin` and token `end` - 1, where the text ends or an O stands behind. */
  total(end: number): number {
    const { tags, open, last } = this.chain;
    const leaves = end * tags === this.emissions.length ? last : open.subarray(0, tags);
    return logSum(tags, (k) => this.scores[k] + leaves[k]);
  }

  private step(): void {
    const { tags, labels, open, peak, slack, inside } = this.chain;
    const { near, shares, odds, scores, next } = this;
    const row = ++this.at * tags;
    let top = 0;
    for (let k = 1; k < tags; k++) if (scores[k] > scores[top]) top = k;
    const least = scores[top] - slack[top] - NEGLIGIBLE;
    let count = 0;
    for (let k = 0; k < tags; k++) {
      if (!(scores[k] >= least)) continue;
      near[count] = k;
      shares[count++] = Math.exp(scores[k] - scores[top]);
    }
    for (let o = 0; o <= labels; o++) {
      const to = o === 0 ? 0 : 2 * o - 1;
      const steps = o * tags;
      let sum = 0;
      for (let c = 0; c < count; c++) sum += shares[c] * odds[steps + near[c]];
      const log =
        sum >= LEAST_SUM ? scores[top] + peak[o] + Math.log(sum) : logSum(tags, (k) => scores[k] + open[steps + k]);
      next[to] = log + this.emissions[row + to] / this.temperature;
    }
    for (let k = 0; k < labels; k++) {
      const to = 2 * k + 2;
      const log = logAdd(scores[to - 1] + inside[2 * k], scores[to] + inside[2 * k + 1]);
      next[to] = log + this.emissions[row + to] / this.temperature;
    }
    this.scores = next;
    this.next = scores;
  }
}

/** leaving[k] = log of the sum over all endings behind tag k at the token `at`, save those that go on with an I. */
export class Backward {
  readonly leaving: Float64Array<ArrayBuffer>;
  at = 0;
  /** Log of the sum over all endings from each tag at `at`, [tags]. */
  private readonly scores: Float64Array;
  private readonly shares: Float64Array;
  private readonly odds: Float64Array;
  private readonly reach: Float64Array;
  private readonly chain: Chain;
  private readonly emissions: Float32Array;
  private readonly temperature: number;

  constructor({ emissions }: Lattice, chain: Chain, temperature: number) {
    this.chain = chain;
    this.emissions = emissions;
    this.temperature = temperature;
    this.scores = new Float64Array(chain.tags);
    this.leaving = new Float64Array(chain.tags);
    this.shares = new Float64Array(chain.tags);
    const { odds, reach } = sharesOf(chain);
    this.odds = odds;
    this.reach = reach;
  }

  /** Stands at token `end` - 1: the last of the text, or one before an O. */
  begin(end: number): void {
    const { tags, open, last } = this.chain;
    this.at = end - 1;
    this.leaving.set(end * tags === this.emissions.length ? last : open.subarray(0, tags));
    this.scores.set(this.leaving);
  }

  retreat(to: number): void {
    while (this.at > to) this.step();
  }

  private step(): void {
    const { tags, labels, open, peak, inside } = this.chain;
    const { scores, leaving, shares, odds, reach } = this;
    const row = this.at-- * tags;
    for (let k = 0; k < tags; k++) scores[k] += this.emissions[row + k] / this.temperature;
    let top = 0;
    for (let o = 0; o <= labels; o++) {
      const to = o === 0 ? 0 : 2 * o - 1;
      shares[o] = scores[to] + peak[o];
      if (shares[o] > shares[top]) top = o;
    }
    const most = shares[top];
    const least = most - reach[top] - NEGLIGIBLE;
    leaving.fill(0);
    for (let o = 0; o <= labels; o++) {
      if (!(shares[o] >= least)) continue;
      const share = Math.exp(shares[o] - most);
      const steps = o * tags;
      for (let k = 0; k < tags; k++) leaving[k] += share * odds[steps + k];
    }
    for (let k = 0; k < tags; k++) {
      leaving[k] =
        leaving[k] >= LEAST_SUM
          ? most + Math.log(leaving[k])
          : logSum(labels + 1, (o) => scores[o === 0 ? 0 : 2 * o - 1] + open[o * tags + k]);
    }
    for (let k = 0; k < labels; k++) {
      const goesOn = scores[2 * k + 2];
      scores[2 * k + 1] = logAdd(leaving[2 * k + 1], goesOn + inside[2 * k]);
      scores[2 * k + 2] = logAdd(leaving[2 * k + 2], goesOn + inside[2 * k + 1]);
    }
    scores[0] = leaving[0];
  }
}

const kept = new WeakMap<Chain, { readonly odds: Float64Array; readonly reach: Float64Array }>();

/** What both passes need of a chain, made once for each. */
function sharesOf(chain: Chain): { readonly odds: Float64Array; readonly reach: Float64Array } {
  let of = kept.get(chain);
  if (of === undefined) {
    const odds = oddsOf(chain);
    kept.set(chain, (of = { odds, reach: reachOf(chain, odds) }));
  }
  return of;
}

/** exp(open - peak): steps as shares of the best one into their tag. */
function oddsOf({ tags, open, peak }: Chain): Float64Array {
  return open.map((score, i) => {
    const best = peak[Math.floor(i / tags)];
    return best === -Infinity ? 0 : Math.exp(score - best);
  });
}

/** For each open tag how far another may lie behind it and still matter for some tag before them. */
function reachOf({ tags, labels }: Chain, odds: Float64Array): Float64Array {
  const reach = new Float64Array(labels + 1);
  for (let k = 0; k < tags; k++) {
    let best = 0;
    for (let o = 0; o <= labels; o++) best = Math.max(best, odds[o * tags + k]);
    if (best === 0) continue;
    for (let o = 0; o <= labels; o++) reach[o] = Math.max(reach[o], Math.log(best / odds[o * tags + k]));
  }
  return reach;
}

function logAdd(a: number, b: number): number {
  const most = a > b ? a : b;
  const gap = a > b ? a - b : b - a;
  return gap < NEGLIGIBLE ? most + Math.log1p(Math.exp(-gap)) : most;
}

function logSum(n: number, term: (i: number) => number): number {
  let most = -Infinity;
  for (let i = 0; i < n; i++) most = Math.max(most, term(i));
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(term(i) - most);
  return most + Math.log(sum);
}
