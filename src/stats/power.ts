import { deviate, normalCdf, normalQuantile } from "./special.ts";
import { LEVEL } from "./interval/wilson.ts";

/** The chance of seeing what is there, where nobody asks for another. */
export const POWER = 0.8;

export interface Wanted {
  readonly level?: number;
  readonly power?: number;
}

/**
 * Items that a share of truly `share` needs so that its Wilson interval ends on the right side of `bar` with the wanted
 * power: n = ((z√(b(1-b)) + z_β√(s(1-s)))/(s - b))², the score test of one share (Fleiss, Levin & Paik 2003, §2.5). Wilson's
 * interval is that test turned round. No number will do for a share on the bar: Infinity.
 */
export function enoughForBar(share: number, bar: number, { level = LEVEL, power = POWER }: Wanted = {}): number {
  if (share === bar) return Infinity;
  const root = deviate(level) * Math.sqrt(bar * (1 - bar)) + normalQuantile(power) * Math.sqrt(share * (1 - share));
  return Math.max(1, Math.ceil((root / (share - bar)) ** 2));
}

/** Items for which Wilson's interval of a share is no further than `half` from its centre (Brown, Cai & DasGupta 2001). */
export function enoughForWidth(share: number, half: number, level = LEVEL): number {
  const zz = deviate(level) ** 2;
  const v = share * (1 - share);
  // Half-width² = z²(v/n + z²/4n²)/(1 + z²/n)², solved for n.
  const a = half * half;
  const b = zz * (2 * a - v);
  const c = zz * zz * (a - 0.25);
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  return Math.max(1, Math.ceil((-b + root) / (2 * a) - 1e-9));
}

/** How often two judgements of one item differ, as shares of all items. */
export interface Differing {
  readonly onlyBase: number;
  readonly onlyHead: number;
}

/**
 * Items that a paired difference of shares needs (Connor 1987): with ψ the share on which the two differ and δ the
 * difference, n = (z√ψ + z_β√(ψ - δ²))²/δ². No number will do where δ = 0: Infinity.
 */
export function enoughForPairedDifference(
  { onlyBase, onlyHead }: Differing,
  { level = LEVEL, power = POWER }: Wanted = {},
): number {
  const differing = onlyBase + onlyHead;
  const gap = onlyHead - onlyBase;
  if (gap === 0) return Infinity;
  const root = deviate(level) * Math.sqrt(differing) + normalQuantile(power) * Math.sqrt(differing - gap * gap);
  return Math.max(1, Math.ceil((root / gap) ** 2));
}

/** The chance that McNemar's test refuses at n items: Connor's formula, turned round. */
export function powerOfPairedDifference(n: number, { onlyBase, onlyHead }: Differing, level = LEVEL): number {
  const differing = onlyBase + onlyHead;
  const gap = Math.abs(onlyHead - onlyBase);
  if (differing === 0) return 0;
  const spread = Math.sqrt(Math.max(differing - gap * gap, Number.MIN_VALUE));
  return normalCdf((gap * Math.sqrt(n) - deviate(level) * Math.sqrt(differing)) / spread);
}

/**
 * Items that non-inferiority needs when head and base are truly equal and differ on a share ψ of the items: the lower end
 * of the interval must clear -margin, n = ψ((z + z_β)/margin)² (Liu et al. 2002).
 */
export function enoughForNonInferiority(
  differing: number,
  margin: number,
  { level = LEVEL, power = POWER }: Wanted = {},
): number {
  return Math.max(1, Math.ceil(differing * ((deviate(level) + normalQuantile(power)) / margin) ** 2));
}
