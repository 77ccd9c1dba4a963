/** LZW as PDF and TIFF have it: codes of 9 to 12 bits, 256 clears the table, 257 ends (ISO 32000-1, 7.4.4.2). */
export function lzw(bytes: Uint8Array, early: 0 | 1, most: number): Uint8Array | "too large" | "damaged" {
  const prefix = new Int16Array(4096);
  const last = new Uint8Array(4096);
  const length = new Uint16Array(4096).fill(1, 0, 256);
  for (let i = 0; i < 256; i++) last[i] = i;
  let out = new Uint8Array(Math.min(most, Math.max(1024, bytes.length * 4)));
  let size = 0;
  let next = 258;
  let width = 9;
  let previous = -1;
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === 257) break;
    if (code === 256) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    if (code > next || (code === next && previous < 0) || (code > 257 && code >= next && previous < 0))
      return "damaged";
    const from = code < next ? code : previous;
    const count = length[from] + (code < next ? 0 : 1);
    if (size + count > most) return "too large";
    if (size + count > out.length) {
      const grown = new Uint8Array(Math.min(most, Math.max(out.length * 2, size + count)));
      grown.set(out);
      out = grown;
    }
    let at = size + length[from] - 1;
    let first: number;
    for (let walk = from; ; walk = prefix[walk]!) {
      out[at--] = last[walk]!;
      first = walk;
      if (walk < 256) break;
    }
    if (code >= next) out[size + count - 1] = last[first]!;
    size += count;
    if (previous >= 0 && next < 4096) {
      prefix[next] = previous;
      last[next] = last[first]!;
      length[next] = length[previous] + 1;
      next++;
    }
    previous = code;
    width = next + early >= 2048 ? 12 : next + early >= 1024 ? 11 : next + early >= 512 ? 10 : 9;
  }
  return out.subarray(0, size);
}
