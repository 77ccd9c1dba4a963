/**
 * SHA-256 (FIPS 180-4) in plain JavaScript: for a few bytes, and for where Node's own is not, as in a page.
 * Its constants are the first 32 bits of the fractional parts of the square and cube roots of the first primes.
 */
export function digest256(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const h = Int32Array.from(START);
  const whole = data.length & ~63;
  for (let at = 0; at < whole; at += 64) take(h, data, at);
  // What is left, the bit 1, zeros, and the length in bits as 64 bits.
  const rest = data.subarray(whole);
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
  tail.set(rest);
  tail[rest.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(data.length) * 8n);
  for (let at = 0; at < tail.length; at += 64) take(h, tail, at);
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  h.forEach((word, i) => view.setInt32(4 * i, word));
  return digest;
}

/** One block of 64 bytes into the state. */
function take(h: Int32Array, data: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const from = at + 4 * i;
    w[i] = (data[from] << 24) | (data[from + 1] << 16) | (data[from + 2] << 8) | data[from + 3];
  }
  for (let i = 16; i < 64; i++) {
    const [x, y] = [w[i - 15], w[i - 2]];
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const s1 = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, z] = h;
  for (let i = 0; i < 64; i++) {
    const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (z + sum1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    z = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
  h[5] += f;
  h[6] += g;
  h[7] += z;
}

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

const w = new Int32Array(64);
const primes = Array.from({ length: 310 }, (_, i) => i + 2).filter((n) =>
  Array.from({ length: n - 2 }, (_, d) => d + 2).every((d) => n % d !== 0),
);
const START = primes.slice(0, 8).map((p) => fraction(BigInt(p), 2));
const K = Int32Array.from(primes, (p) => fraction(BigInt(p), 3));

/** The first 32 bits of the fractional part of n's root, by bisection over whole numbers. */
function fraction(n: bigint, degree: 2 | 3): number {
  const scaled = n << BigInt(32 * degree);
  let [low, high] = [0n, n << 32n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** BigInt(degree) <= scaled) low = middle;
    else high = middle - 1n;
  }
  return Number(BigInt.asIntN(32, low));
}
