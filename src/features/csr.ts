import { Fault } from "../base/fault.ts";

/** One sparse row: distinct ids, rising, each with its weight. */
export interface SparseRow {
  readonly ids: Int32Array;
  readonly weights: Float32Array;
}

/**
 * A sparse matrix by rows. Row r holds `ids[offsets[r] .. offsets[r + 1])` with the weights beside them.
 * Invariants: offsets has rows + 1 entries and rises from 0; ids of one row are distinct, rising and below `cols`.
 */
export interface Csr {
  readonly rows: number;
  readonly cols: number;
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly weights: Float32Array;
}

export function rowOf(matrix: Csr, r: number): SparseRow {
  const from = matrix.offsets[r];
  const to = matrix.offsets[r + 1];
  return { ids: matrix.ids.subarray(from, to), weights: matrix.weights.subarray(from, to) };
}

/** The rows named, in the order named. */
export function selectRows(matrix: Csr, rows: ArrayLike<number>): Csr {
  let total = 0;
  for (let i = 0; i < rows.length; i++) total += matrix.offsets[rows[i] + 1] - matrix.offsets[rows[i]];
  const builder = new CsrBuilder(matrix.cols, rows.length, total);
  for (let i = 0; i < rows.length; i++) {
    const row = rowOf(matrix, rows[i]);
    builder.append(row.ids, row.weights, row.ids.length);
  }
  return builder.done();
}

/** Gathers rows one after another; grows as needed. */
export class CsrBuilder {
  private readonly cols: number;
  private readonly offsets: number[] = [0];
  private ids: Int32Array<ArrayBuffer>;
  private weights: Float32Array<ArrayBuffer>;
  private used = 0;

  constructor(cols: number, expectedRows: number, expectedEntries = expectedRows * 64) {
    this.cols = cols;
    this.ids = new Int32Array(Math.max(16, expectedEntries));
    this.weights = new Float32Array(Math.max(16, expectedEntries));
  }

  append(ids: Int32Array, weights: Float32Array, length: number): void {
    const end = this.used + length;
    if (end > this.ids.length) this.grow(end);
    for (let i = 0; i < length; i++) {
      this.ids[this.used + i] = ids[i];
      this.weights[this.used + i] = weights[i];
    }
    this.used = end;
    this.offsets.push(end);
  }

  done(): Csr {
    return {
      rows: this.offsets.length - 1,
      cols: this.cols,
      offsets: Int32Array.from(this.offsets),
      ids: this.ids.slice(0, this.used),
      weights: this.weights.slice(0, this.used),
    };
  }

  private grow(least: number): void {
    if (least > 0x7fffffff) {
      throw new Fault("features/too-many", {
        what: "the features of these texts are more than 2,147,483,647 entries",
        remedy: "give fewer or shorter texts, or a spec with fewer lengths of n-gram",
      });
    }
    const size = Math.min(0x7fffffff, Math.max(least, this.ids.length * 2));
    const ids = new Int32Array(size);
    ids.set(this.ids.subarray(0, this.used));
    const weights = new Float32Array(size);
    weights.set(this.weights.subarray(0, this.used));
    this.ids = ids;
    this.weights = weights;
  }
}
