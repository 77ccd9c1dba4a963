import { Normaliser } from "../text/normalise.ts";
import { CharClass, classOf } from "../text/tables.ts";
import { plainMarks } from "../text/values/plain.ts";
import { tokensOf } from "./tokens.ts";

/** A text folded for search, with the place in the source that each of its UTF-16 units came from. */
export interface Folded {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A text made ready for many values to be sought in it. */
export interface Page {
  readonly text: string;
  readonly tokens: Int32Array;
  /** By offset: 1 where a token begins, 2 where one ends, 3 for both. */
  readonly edges: Uint8Array;
  /** Without white space, case folded, hyphens and quotes plain. */
  readonly squeezed: Folded;
  /** Of that only letters, digits and ideographs. */
  readonly loose: Folded;
}

export function pageOf(text: string): Page {
  const tokens = tokensOf(text);
  const edges = new Uint8Array(text.length + 1);
  for (let t = 0; t < tokens.length; t += 2) {
    edges[tokens[t]] |= 1;
    edges[tokens[t + 1]] |= 2;
  }
  const squeezed = squeeze(text);
  return { text, tokens, edges, squeezed, loose: lettersOf(squeezed) };
}

/** The folded form of a value, to be sought in pages. */
export function squeeze(text: string): Folded {
  const normaliser = new Normaliser({ lower: true });
  normaliser.read(text);
  const { codes, starts, ends, length } = normaliser;
  const units: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  for (let i = 0; i < length; i++) {
    if (codes[i] === 32) continue;
    if (codes[i] > 0xffff) {
      units.push(0xd800 + ((codes[i] - 0x10000) >> 10));
      from.push(starts[i]);
      to.push(ends[i]);
    }
    units.push(codes[i] > 0xffff ? 0xdc00 + ((codes[i] - 0x10000) & 0x3ff) : codes[i]);
    from.push(starts[i]);
    to.push(ends[i]);
  }
  return { text: plainMarks(stringOf(units)), starts: Int32Array.from(from), ends: Int32Array.from(to) };
}

export function lettersOf({ text, starts, ends }: Folded): Folded {
  const units: number[] = [];
  const kept: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const low = unit >= 0xdc00 && unit <= 0xdfff && i > 0;
    const kind = classOf(text.codePointAt(low ? i - 1 : i) as number);
    if (kind !== CharClass.letter && kind !== CharClass.digit && kind !== CharClass.ideograph) continue;
    units.push(unit);
    kept.push(i);
  }
  return {
    text: stringOf(units),
    starts: Int32Array.from(kept, (i) => starts[i]),
    ends: Int32Array.from(kept, (i) => ends[i]),
  };
}

function stringOf(units: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < units.length; i += 4096) parts.push(String.fromCharCode(...units.slice(i, i + 4096)));
  return parts.join("");
}
