import { random } from "../base/random.ts";
import { bootstrap, type Resampling, type Statistic } from "./bootstrap.ts";
import { TOO_FEW_GROUPS } from "./design-effect.ts";
import { undetermined, type Estimate } from "./estimate.ts";
import { LEVEL } from "./interval/wilson.ts";
import { type Discordance, discordance, mcnemar } from "./mcnemar.ts";
import { deviate, normalCdf, rootOf } from "./special.ts";
import { type Groups, unitsOf } from "./units.ts";

/**
 * The difference head - base of two shares over the same items: Tango's score interval (1998). With b items that only
 * the head got right and c that only the base did, it holds the δ for which |b - c - nδ| ≤ z√(n(2q + δ(1 - δ))), where q
 * is the likeliest share of c under δ. It has width where the two never differed. Items in groups count for as many independent
 * ones as their design effect leaves (Kish's effective sample).
 */
export function pairedShares(pairs: Discordance, level = LEVEL): Estimate {
  const { n, onlyBase, onlyHead, effect } = pairs;
  if (n === 0) return undetermined("nothing to count", 0);
  if (effect === Infinity) {
    return undetermined(`${TOO_FEW_GROUPS}; the plain figure is ${((onlyHead - onlyBase) / n).toFixed(3)}`, n);
  }
  const z = deviate(level);
  const score = (delta: number): number => tangoScore(pairs, delta);
  const value = (onlyHead - onlyBase) / n;
  return {
    value,
    low: value <= -1 ? -1 : rootOf((delta) => z - score(delta), -1, value),
    high: value >= 1 ? 1 : rootOf((delta) => -z - score(delta), value, 1),
    n,
    level,
    method: effect === undefined ? "tango" : "tango-effective",
  };
}

/**
 * The one-sided p-value of the same score against "head is worse than base by at most `margin`": Φ of the score at
 * δ = -margin. At (1 - level)/2 it refuses exactly where nothing in the interval is at least -margin.
 */
export function worseThan(pairs: Discordance, margin: number): number {
  if (pairs.n === 0 || pairs.effect === Infinity) return 1;
  const score = tangoScore(pairs, -margin);
  // Against no difference at all, items that do not differ say nothing.
  return Number.isNaN(score) ? 1 : normalCdf(score);
}

/** (b - c - nδ) over its standard error where the true difference is δ. */
function tangoScore(pairs: Discordance, delta: number): number {
  const [n, onlyBase, onlyHead] = [pairs.n, pairs.onlyBase, pairs.onlyHead].map((count) => count / (pairs.effect ?? 1));
  const a = 2 * n;
  const b = -onlyHead - onlyBase + (2 * n - onlyHead + onlyBase) * delta;
  const c = -onlyBase * delta * (1 - delta);
  const q = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  const variance = n * (2 * q + delta * (1 - delta));
  const gap = onlyHead - onlyBase - n * delta;
  return variance <= 0 ? Math.sign(gap) * Infinity : gap / Math.sqrt(variance);
}

/**
 * The difference head - base of any figure, both taken on the same resamples; percentile unless told, since BCa's
 * corrections rest on the few items that differ. Where candidates mostly agree or classes are many, `pairedJackknife`
 * covers better.
 */
export function pairedBootstrap(base: Statistic, head: Statistic, n: number, resampling: Resampling): Estimate {
  return bootstrap((weights) => head(weights) - base(weights), n, { method: "percentile", ...resampling });
}

export interface Permutation {
  readonly seed: number | string;
  /** Random swaps, where not all can be tried; 10,000 unless told. */
  readonly draws?: number;
  /** Group of each item; groups are swapped whole. */
  readonly groups?: ArrayLike<number>;
}

/** How a p-value of no difference was come by. */
export interface NoDifference {
  readonly p: number;
  readonly test: "mcnemar-exact" | "paired-permutation";
}

/**
 * The two-sided p-value of no difference between two shares of the same items: McNemar's exact test; of items in groups, which
 * it would take for independent, the permutation test that exchanges groups whole.
 */
export function noDifference(base: readonly boolean[], head: readonly boolean[], groups: Groups): NoDifference {
  if (groups === undefined) return { p: mcnemar(discordance(base, head)), test: "mcnemar-exact" };
  return { p: pairedPermutation(base.map(Number), head.map(Number), { seed: 1, groups }), test: "paired-permutation" };
}

/** Up to this many units that differ, every way of swapping is tried. */
const MOST_ENUMERATED = 14;

/**
 * The two-sided paired permutation test of a sum of scores (Fisher 1935; Good 2005): under the null each item's two scores
 * could be exchanged. Where few items differ all 2ᵏ exchanges are counted; else draws are, with the sample itself among
 * them, p = (hits + 1)/(draws + 1), which never refuses too often (Phipson & Smyth 2010).
 */
export function pairedPermutation(base: ArrayLike<number>, head: ArrayLike<number>, permutation: Permutation): number {
  const gaps = gapsByGroup(base, head, permutation.groups).filter((gap) => gap !== 0);
  const observed = Math.abs(gaps.reduce((sum, gap) => sum + gap, 0));
  // Sums in another order differ in the last bits; a tie must stay a tie.
  const threshold = observed - 1e-9 * gaps.reduce((sum, gap) => sum + Math.abs(gap), 0);
  if (gaps.length <= MOST_ENUMERATED) {
    let hits = 0;
    const ways = 2 ** gaps.length;
    for (let way = 0; way < ways; way++) {
      let sum = 0;
      for (let i = 0; i < gaps.length; i++) sum += (way >>> i) & 1 ? -gaps[i] : gaps[i];
      if (Math.abs(sum) >= threshold) hits++;
    }
    return hits / ways;
  }
  return drawn((flip) => {
    let sum = 0;
    for (const gap of gaps) sum += flip() ? -gap : gap;
    return Math.abs(sum) >= threshold;
  }, permutation);
}

/**
 * The same test for a figure that is no sum (macro-F1): `difference` gets which items have their two predictions
 * exchanged (1) and gives head - base; NaN counts as extreme, so that the undefined never makes a difference look certain.
 */
export function pairedPermutationOf(
  difference: (swapped: Uint8Array) => number,
  n: number,
  permutation: Permutation,
): number {
  const swapped = new Uint8Array(n);
  const observed = Math.abs(difference(swapped));
  if (Number.isNaN(observed)) return 1;
  const units = unitsOf(n, permutation.groups);
  const flips = new Uint8Array(units.count);
  return drawn((flip) => {
    for (let u = 0; u < units.count; u++) flips[u] = flip() ? 1 : 0;
    for (let i = 0; i < n; i++) swapped[i] = flips[units.of[i]];
    return !(Math.abs(difference(swapped)) < observed - 1e-12);
  }, permutation);
}

/** (hits + 1)/(draws + 1) with a stream of fair coins, 32 from each number drawn. */
function drawn(extreme: (flip: () => boolean) => boolean, { seed, draws = 10_000 }: Permutation): number {
  const stream = random(seed, "paired-permutation");
  let bits = 0;
  let left = 0;
  const flip = (): boolean => {
    if (left === 0) {
      bits = stream.u32();
      left = 32;
    }
    const side = (bits & 1) === 1;
    bits >>>= 1;
    left--;
    return side;
  };
  let hits = 0;
  for (let i = 0; i < draws; i++) if (extreme(flip)) hits++;
  return (hits + 1) / (draws + 1);
}

function gapsByGroup(base: ArrayLike<number>, head: ArrayLike<number>, groups?: ArrayLike<number>): number[] {
  const n = base.length;
  if (head.length !== n) throw new RangeError(`${n} items for the base and ${head.length} for the head`);
  const units = unitsOf(n, groups);
  const gaps = new Array<number>(units.count).fill(0);
  for (let i = 0; i < n; i++) gaps[units.of[i]] += head[i] - base[i];
  return gaps;
}
