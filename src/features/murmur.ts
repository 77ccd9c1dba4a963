/**
 * MurmurHash3 (x86, 32 bits) taken apart, so that a run of blocks can be extended by one more: state ← mix(state, block)
 * for each 32-bit block, and finish(state, blocks) at any length.
 */
export function mix(state: number, block: number): number {
  let k = Math.imul(block, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = state ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

export function finish(state: number, blocks: number): number {
  let h = state ^ (blocks * 4);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
