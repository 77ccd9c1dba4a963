/**
 * Features of the tokens of many texts, all of weight 1. Text r has the tokens texts[r] .. texts[r + 1); token t has
 * ids[offsets[t] .. offsets[t + 1]), each below `features`.
 */
export interface TokenRows {
  readonly features: number;
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

  /** n tokens with offsets from 0 into ids. */
  append(ids: Int32Array, offsets: Int32Array, n: number): void {
    const length = offsets[n];
    if (this.used + length > this.ids.length) this.ids = wider(this.ids, this.used + length);
    if (this.tokens + n >= this.offsets.length) this.offsets = wider(this.offsets, this.tokens + n + 1);
    this.ids.set(ids.subarray(0, length), this.used);
    for (let i = 0; i <= n; i++) this.offsets[this.tokens + i] = this.used + offsets[i];
    this.used += length;
    this.tokens += n;
    this.texts.push(this.tokens);
  }

  done(features: number): TokenRows {
    return {
      features,
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
  return { features, texts: rows.texts, offsets, ids: ids.slice(0, used) };
}

function wider(array: Int32Array, least: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(Math.max(least, array.length * 2));
  copy.set(array);
  return copy;
}
