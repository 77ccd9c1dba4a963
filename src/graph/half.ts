/** IEEE 754 binary16, as its 16-bit words. */

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);

/** The nearest half to a number, ties to even; past ±65504 an infinity. */
export function toHalf(value: number): number {
  single[0] = value;
  const bits = word[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | (roundShift(magnitude - 0x38000000, 13) & 0x7fff);
  // Subnormal: a multiple of 2^-24. The product is exact in f64 and is rounded to even by hand.
  const scaled = Math.abs(single[0]) * 2 ** 24;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  return sign | (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor);
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Neither an infinity nor a NaN. */
export function isFiniteHalf(half: number): boolean {
  return (half & 0x7c00) !== 0x7c00;
}

function roundShift(value: number, by: number): number {
  const kept = value >>> by;
  const rest = value & ((1 << by) - 1);
  const half = 1 << (by - 1);
  return rest > half || (rest === half && kept % 2 === 1) ? kept + 1 : kept;
}
