import { type Codebook, codeOf, type Grid } from "./grid.ts";
import { factor, type Moments } from "./moments.ts";

/** Grids of a row of weights: one for each group of `block` columns. */
export interface RowGrids {
  readonly scales: Float32Array;
  readonly zeros: Int16Array;
}

export interface Rounder {
  /** Writes the codes of one row; returns the squared error of its output over the calibration rows, Σ (x·(w − ŵ))². */
  round(weights: Float32Array, from: number, grids: RowGrids, codes: Int16Array): number;
  /** The same figure for codes that were chosen otherwise. */
  error(weights: Float32Array, from: number, grids: RowGrids, codes: Int16Array): number;
}

/**
 * GPTQ (Frantar et al. 2022) over grids chosen beforehand. Columns are rounded one after another, those with the
 * largest moments first; each takes up the errors made so far, in the share that lessens the output's error most:
 *
 *   code_j ← round(w_j + Σ_{k<j} L_jk/L_jj·(w_k − ŵ_k)), with LᵀL = XᵀX
 *
 * which is the form without an inverse (nearest-plane rounding in the basis L). Rows do not depend on each other.
 */
export function gptq(moments: Moments, block: number, book: Codebook): Rounder {
  const { size, sums } = moments;
  const order = Uint32Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => sums[b * size + b] - sums[a * size + a] || a - b,
  );
  const { lower, damping } = factor(moments, order);
  const off = new Float64Array(size);
  const grid: Grid = { scale: 0, zero: 0 };

  /** Goes over the columns in order; `choose` says the code of a column from its weight with the errors taken up. */
  function walk(
    weights: Float32Array,
    from: number,
    { scales, zeros }: RowGrids,
    codes: Int16Array,
    rounding: boolean,
  ): number {
    let total = 0;
    let squares = 0;
    for (let j = 0; j < size; j++) {
      const column = order[j];
      const row = j * size;
      let carried = 0;
      for (let k = 0; k < j; k++) carried += lower[row + k] * off[k];
      const group = Math.floor(column / block);
      grid.scale = scales[group];
      grid.zero = zeros[group];
      const w = weights[from + column];
      if (rounding) codes[column] = codeOf(w + carried / lower[row + j], grid, book);
      const e = w - grid.scale * (codes[column] - grid.zero);
      off[j] = e;
      const part = carried + lower[row + j] * e;
      total += part * part;
      squares += e * e;
    }
    return total - damping * squares;
  }
  return {
    round: (weights, from, grids, codes) => walk(weights, from, grids, codes, true),
    error: (weights, from, grids, codes) => walk(weights, from, grids, codes, false),
  };
}
