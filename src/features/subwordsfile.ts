import { Fault } from "../base/fault.ts";

/** "subw", so that no other part passes for this one. */
const MAGIC = 0x77627573;
const HEADER = 8;

/** Prints of subwords as bytes, little-endian: a mark and the number of features (u32 each), then the prints, rising. */
export function writeSubwords(prints: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + prints.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, prints.length, true);
  prints.forEach((print, i) => view.setUint32(HEADER + i * 4, print, true));
  return bytes;
}

/** Reads what writeSubwords wrote; refuses anything else. */
export function readSubwords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC) return damaged("it does not begin as one");
  const count = view.getUint32(4, true);
  if (bytes.length !== HEADER + count * 4) return damaged("its length does not fit");
  const prints = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    prints[i] = view.getUint32(HEADER + i * 4, true);
    if (i > 0 && prints[i] <= prints[i - 1]) return damaged("its fingerprints do not rise");
  }
  return prints;
}

function damaged(why: string): never {
  throw new Fault("features/vocabulary", {
    what: "a vocabulary of subwords cannot be read",
    why,
    remedy: "the pack is damaged: make it again",
  });
}
