import type { TokenFeatures } from "./reader.ts";

/**
 * Features of the tokens of many texts, all of weight 1. Text r has the tokens texts[r] .. texts[r + 1); token t has
 * ids[offsets[t] .. offsets[t + 1]), each below `features`.
 */
export interface TokenRows {
  readonly features: number;
  /** Which words each feature gives away: wordBit(o) for the word at offset o. */
  readonly tells: Uint16Array;
  readonly texts: Int32Array;
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
}

/** Gathers texts one after another; grows as needed. */
export class TokenRowsBuilder {
  private texts: number[] = [0];
  private offsets = new Int32Array(1 << 12);
  private ids = new Int32Array(1 << 16);
  private tokens = 0;
  private used = 0;

  append({ ids, offsets, lineIds, lineOffsets, lines }: TokenFeatures): void {
    const n = lines.of.length;
    if (this.tokens + n >= this.offsets.length) this.offsets = wider(this.offsets, this.tokens + n + 1);
    for (let i = 0; i < n; i++) {
      const from = lineOffsets[lines.of[i]];
      const to = lineOffsets[lines.of[i] + 1];
      const length = offsets[i + 1] - offsets[i];
      const end = this.used + length + to - from;
      if (end > this.ids.length) this.ids = wider(this.ids, end);
      this.ids.set(ids.subarray(offsets[i], offsets[i + 1]), this.used);
      this.ids.set(lineIds.subarray(from, to), this.used + length);
      this.used = end;
      this.offsets[++this.tokens] = end;
    }
    this.texts.push(this.tokens);
  }

  done(tells: Uint16Array): TokenRows {
    return {
      features: tells.length,
      tells,
      texts: Int32Array.from(this.texts),
      offsets: this.offsets.slice(0, this.tokens + 1),
      ids: this.ids.slice(0, this.used),
    };
  }
}

/** Renames features; those without a new name (-1) go. */
export function renamed(rows: TokenRows, names: Int32Array, features: number): TokenRows {
  const offsets = new Int32Array(rows.offsets.length);
  const ids = new Int32Array(rows.ids.length);
  let used = 0;
  for (let t = 0; t + 1 < offsets.length; t++) {
    for (let i = rows.offsets[t]; i < rows.offsets[t + 1]; i++) {
      const name = names[rows.ids[i]];
      if (name >= 0) ids[used++] = name;
    }
    offsets[t + 1] = used;
  }
  const tells = new Uint16Array(features);
  names.forEach((name, f) => {
    if (name >= 0) tells[name] = rows.tells[f];
  });
  return { features, tells, texts: rows.texts, offsets, ids: ids.slice(0, used) };
}

function wider(array: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(Math.max(least, array.length * 2));
  copy.set(array);
  return copy;
}
