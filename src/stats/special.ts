/**
 * The special functions that intervals and tests stand on, in double precision. Tested against published tables and
 * against each other (a quantile undoes its distribution).
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0: Lanczos' approximation with g = 7 and nine terms; relative error near 1e-15. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  let sum = LANCZOS[0];
  for (let i = 1; i < 9; i++) sum += LANCZOS[i] / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * The regularised incomplete beta function I_x(a, b), a, b > 0: the continued fraction of DLMF 8.17.22, evaluated by
 * the modified Lentz method, on the side of the mean where it converges fast.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return h;
}

/** The x at which I_x(a, b) = p: bisection, which needs no derivative and cannot run away. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return rootOf((x) => incompleteBeta(x, a, b) - p, 0, 1);
}

/** Where an increasing function crosses zero between low and high, to the last bits. */
export function rootOf(f: (x: number) => number, low: number, high: number): number {
  let a = low;
  let b = high;
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b || b - a < 1e-15 * Math.abs(middle)) break;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/** P(X ≤ k) for X ~ Binomial(n, p), as I_{1-p}(n-k, k+1) (DLMF 8.17.5). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(1 - p, n - k, k + 1);
}

/**
 * Φ(x): the series x + x³/3 + x⁵/(3·5) + … times the density near zero (Marsaglia 2004), the continued fraction
 * of Mills' ratio (DLMF 7.9.1) in the tails, where the series would cancel.
 */
export function normalCdf(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const size = Math.abs(x);
  if (size > 3) {
    let fraction = size;
    for (let k = 200; k >= 1; k--) fraction = size + k / fraction;
    return x < 0 ? density / fraction : 1 - density / fraction;
  }
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

/** Φ⁻¹(p) for p in (0, 1); the ends give ∓∞. Bisection on Φ in the lower half, mirrored above. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  return rootOf((x) => normalCdf(x) - p, -40, 0);
}

/** The two-sided normal deviate z of a level: 1.959964 at 0.95. Kept by level, since it is asked for again and again. */
export function deviate(level: number): number {
  const kept = deviates.get(level);
  if (kept !== undefined) return kept;
  const z = normalQuantile(0.5 + level / 2);
  if (deviates.size < 64) deviates.set(level, z);
  return z;
}
const deviates = new Map<number, number>();

/** Quantile of Student's t with `df` > 0 degrees of freedom, through the beta quantile: t² = df·(1/x - 1). */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentQuantile(1 - p, df);
  const x = betaQuantile(2 * p, df / 2, 0.5);
  return -Math.sqrt(df * (1 / x - 1));
}
