import { digest256 } from "./sha256.ts";

/**
 * Named, seeded streams of random numbers. Two streams of one seed with different names are independent, so adding a
 * draw in one place never shifts another. The generator is xoshiro128** (Blackman & Vigna 2018), seeded by SHA-256 of
 * seed and name.
 */
export interface Random {
  /** Uniform 32-bit unsigned integer. */
  u32(): number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal, by Box and Muller. */
  normal(): number;
  /** Uniform integer in [0, n), without modulo bias. */
  below(n: number): number;
  /** Fisher and Yates, in place; returns its argument. */
  shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T;
  /** k distinct indices out of n, in random order. */
  sample(n: number, k: number): number[];
}

export function random(seed: number | string, name: string): Random {
  const digest = new DataView(digest256(new TextEncoder().encode(`${seed}\u0000${name}`)).buffer);
  let a = digest.getInt32(0, true);
  let b = digest.getInt32(4, true);
  let c = digest.getInt32(8, true);
  let d = digest.getInt32(12, true);
  let spare: number | undefined;

  function u32(): number {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  }
  function uniform(): number {
    return (u32() * 0x200000 + (u32() >>> 11)) / 0x20000000000000;
  }
  function normal(): number {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
  function below(n: number): number {
    if (!(n >= 1 && n <= 0x100000000)) throw new RangeError(`below(${n})`);
    const limit = Math.floor(0x100000000 / n) * n;
    for (;;) {
      const x = u32();
      if (x < limit) return x % n;
    }
  }
  function shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const held = items[i];
      items[i] = items[j];
      items[j] = held;
    }
    return items;
  }
  function sample(n: number, k: number): number[] {
    const pool = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < k; i++) {
      const j = i + below(n - i);
      const held = pool[i];
      pool[i] = pool[j];
      pool[j] = held;
    }
    return pool.slice(0, k);
  }
  return { u32, uniform, normal, below, shuffle, sample };
}
