import { Fault } from "../base/fault.ts";
import type { NgramVocabulary } from "./ngram.ts";

const HEADER = 24;

/**
 * A vocabulary as bytes, little-endian: low and step (f64 each), the number of features (u32), zero (u32), then the
 * fingerprints (u32 each), then the idf codes (u8 each). Fingerprints start at a multiple of 8.
 */
export function writeVocabulary({ prints, idf, low, step }: NgramVocabulary): Uint8Array {
  const bytes = new Uint8Array(HEADER + prints.length * 5);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, low, true);
  view.setFloat64(8, step, true);
  view.setUint32(16, prints.length, true);
  prints.forEach((print, i) => view.setUint32(HEADER + i * 4, print, true));
  bytes.set(idf, HEADER + prints.length * 4);
  return bytes;
}

/** Reads what writeVocabulary wrote; refuses anything else. */
export function readVocabulary(bytes: Uint8Array): NgramVocabulary {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < HEADER ? -1 : view.getUint32(16, true);
  if (bytes.length !== HEADER + count * 5 || view.getUint32(20, true) !== 0) return damaged("its length does not fit");
  const prints = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    prints[i] = view.getUint32(HEADER + i * 4, true);
    if (i > 0 && prints[i] <= prints[i - 1]) return damaged("its fingerprints do not rise");
  }
  const low = view.getFloat64(0, true);
  const step = view.getFloat64(8, true);
  if (!(Math.abs(low) < 1e6 && step >= 0 && step < 1e6)) return damaged("its weights are out of range");
  return { prints, idf: bytes.slice(HEADER + count * 4), low, step };
}

function damaged(why: string): never {
  throw new Fault("features/vocabulary", {
    what: "a vocabulary of n-grams cannot be read",
    why,
    remedy: "the pack is damaged: make it again",
  });
}
