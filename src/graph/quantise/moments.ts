import { Fault } from "../../base/fault.ts";

/** Second moments of what a product reads on its left: Σ xᵀx over its rows. */
export interface Moments {
  readonly size: number;
  /** size × size, symmetric. */
  readonly sums: Float64Array;
  readonly rows: number;
}

/** The moments with those of more rows added. */
export function addMoments(to: Moments | undefined, sums: ArrayLike<number>, rows: number): Moments {
  const size = Math.sqrt(sums.length);
  if (!Number.isInteger(size) || (to !== undefined && to.size !== size)) {
    throw new Fault("graph/calibration", {
      what: `second moments of ${sums.length} numbers do not fit those before them`,
      remedy: "gather the moments of one value of one graph together",
    });
  }
  const total = to === undefined ? new Float64Array(size * size) : to.sums.slice();
  for (let i = 0; i < total.length; i++) total[i] += sums[i];
  return { size, sums: total, rows: rows + (to?.rows ?? 0) };
}

/** Σ xᵀx of the rows of a matrix. */
export function momentsOf(x: ArrayLike<number>, size: number): Moments {
  const sums = new Float64Array(size * size);
  for (let at = 0; at < x.length; at += size) {
    for (let i = 0; i < size; i++) {
      const xi = x[at + i];
      if (xi === 0) continue;
      for (let j = 0; j < size; j++) sums[i * size + j] += xi * x[at + j];
    }
  }
  return { size, sums, rows: x.length / size };
}

/**
 * By how much the products of two different columns are to be drawn towards 0, since the rows are a sample: with few rows,
 * columns that have nothing to do with each other go together by chance, and rounding would lean on it. The share with the
 * least expected squared error where rows are normal (Schäfer & Strimmer 2005, target D):
 *
 *   λ = Σ_{i≠j} Var(s_ij) / Σ_{i≠j} s_ij²,   Var(s_ij) = (s_ii·s_jj + s_ij²)/rows
 */
export function shrinkage({ size, sums, rows }: Moments): number {
  let trace = 0;
  let own = 0;
  let all = 0;
  for (let i = 0; i < size; i++) {
    const d = sums[i * size + i];
    trace += d;
    own += d * d;
  }
  for (const s of sums) all += s * s;
  const apart = all - own;
  return apart <= 0 ? 1 : Math.min(1, (1 + (trace * trace - own) / apart) / rows);
}

/** The share of the mean of the diagonal that is added to it, so that the factor exists (Frantar et al. 2022). */
const DAMPING = 0.01;

/** A lower triangle L with LᵀL = H + damping·I over the columns in `order`; row after row, the rest of a row is 0. */
export interface Factor {
  readonly lower: Float64Array;
  readonly damping: number;
}

/**
 * The Cholesky factor of the moments, those between columns drawn towards 0 (shrinkage), taken from the last column backwards, so that ‖L·e‖² = eᵀHe and component j of L·e hangs on the
 * errors of columns 0 … j alone.
 */
export function factor(moments: Moments, order: Uint32Array): Factor {
  const { size, sums } = moments;
  const lower = new Float64Array(size * size);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += sums[i * size + i];
  if (!Number.isFinite(trace)) {
    throw new Fault("graph/calibration", {
      what: "second moments from calibration are not finite",
      why: "a value of the model was not a number, or too large, on a calibration input",
      remedy: "look for the input that breaks the model, or round by mse or hqq",
    });
  }
  const damping = trace === 0 ? 1 : (DAMPING * trace) / size;
  const kept = 1 - shrinkage(moments);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) lower[i * size + j] = kept * sums[order[i] * size + order[j]];
    lower[i * size + i] = sums[order[i] * size + order[i]] + damping;
  }
  for (let j = size - 1; j >= 0; j--) {
    const row = j * size;
    // Rounding alone can take the pivot below the damping that was added.
    const pivot = Math.sqrt(Math.max(lower[row + j], damping * 1e-6));
    for (let k = 0; k < j; k++) lower[row + k] /= pivot;
    lower[row + j] = pivot;
    for (let i = 0; i < j; i++) {
      const by = lower[row + i];
      if (by === 0) continue;
      const at = i * size;
      for (let k = 0; k <= i; k++) lower[at + k] -= by * lower[row + k];
    }
  }
  return { lower, damping };
}
