import { Fault } from "../../base/fault.ts";
import { noValues, type Values } from "./values.ts";

/** What fitting learns of features. */
export interface TokenVocabulary {
  /** Prints of the features kept, rising: feature i has prints[i]. */
  readonly prints: Uint32Array;
  readonly values: Values;
}

/** "tokf", so that no other part passes for this one. */
const MAGIC = 0x666b6f74;
const HEADER = 12;

/**
 * A vocabulary as bytes, little-endian: a mark, the number of features and the number of values (u32 each); the prints of
 * the features, then of the values (u32 each), the labels of the values (u16 each), their shares (u8 each).
 */
export function writeTokenVocabulary({
  prints,
  values = noValues,
}: Partial<TokenVocabulary> & Pick<TokenVocabulary, "prints">): Uint8Array {
  const features = prints.length;
  const count = values.prints.length;
  const bytes = new Uint8Array(HEADER + features * 4 + count * 7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, features, true);
  view.setUint32(8, count, true);
  let at = HEADER;
  for (const list of [prints, values.prints]) for (const print of list) view.setUint32((at += 4) - 4, print, true);
  for (const label of values.labels) view.setUint16((at += 2) - 2, label, true);
  bytes.set(values.shares, at);
  return bytes;
}

/** Reads what writeTokenVocabulary wrote; refuses anything else. */
export function readTokenVocabulary(bytes: Uint8Array): TokenVocabulary {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC) return damaged("it does not begin as one");
  const features = view.getUint32(4, true);
  const count = view.getUint32(8, true);
  if (bytes.length !== HEADER + features * 4 + count * 7) return damaged("its length does not fit");
  let at = HEADER;
  const u32 = (): number => view.getUint32((at += 4) - 4, true);
  const prints = Uint32Array.from({ length: features }, u32);
  if (prints.some((print, i) => i > 0 && print <= prints[i - 1])) return damaged("its fingerprints do not rise");
  const found = Uint32Array.from({ length: count }, u32);
  if (found.some((print, i) => i > 0 && print < found[i - 1])) return damaged("the values' fingerprints fall");
  const labels = Uint16Array.from({ length: count }, () => view.getUint16((at += 2) - 2, true));
  if (labels.some((label) => label >= MOST_LABELS)) return damaged("a value has a label past the last");
  return { prints, values: { prints: found, labels, shares: bytes.slice(at) } };
}

/** A table of labels by tokens is made while a text is read. */
const MOST_LABELS = 4096;

function damaged(why: string): never {
  throw new Fault("features/vocabulary", {
    what: "a vocabulary of token features cannot be read",
    why,
    remedy: "the pack is damaged: make it again",
  });
}
