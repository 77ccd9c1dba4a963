/**
 * The error function to about 1e-16: its Maclaurin series below 2.5 in magnitude, the continued fraction of the
 * complement above (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a > 2.5) return Math.sign(x) * (1 - erfcFraction(a));
  // erf x = 2/sqrt(pi) · exp(-x²) · sum of 2^n x^(2n+1) / (1·3·…·(2n+1)): all terms of one sign.
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function erfcFraction(x: number): number {
  let tail = 0;
  for (let n = 80; n >= 1; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
}

/** Halfway cases go to the even neighbour, as ONNX's Round and the quantising operators do. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
