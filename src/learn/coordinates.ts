import { random } from "../base/random.ts";
import type { Csr } from "../features/csr.ts";

export interface DualOptions {
  /** C of the primal: ½‖w‖² + C Σ max(0, 1 - yᵢ w·xᵢ)². */
  readonly cost: number;
  /** Stop when the projected gradients of a pass span no more than this. */
  readonly tolerance: number;
  readonly mostPasses: number;
  readonly seed: number | string;
}

/** One class against the rest. */
export interface BinaryProblem {
  readonly matrix: Csr;
  /** ‖xᵢ‖² + 1 (the 1 is the bias feature) of each row. */
  readonly squares: Float64Array;
  readonly labels: Int32Array;
  readonly positive: number;
  readonly rowWeights?: Float64Array;
}

/** Squared lengths of the rows with the bias feature. */
export function squaresOf(matrix: Csr): Float64Array {
  const squares = new Float64Array(matrix.rows).fill(1);
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) squares[r] += matrix.weights[i] ** 2;
  }
  return squares;
}

/**
 * L2-regularised squared-hinge SVM by dual coordinate descent with shrinking: algorithm 3 of Hsieh, Chang, Lin, Keerthi
 * & Sundararajan 2008, as LIBLINEAR runs it. The bias is a feature of value 1 and is regularised with the rest.
 *
 * The dual is min ½ αᵀQ̄α - Σα with α ≥ 0 and Q̄ = Q + I/(2C); each step solves it exactly in one αᵢ and keeps
 * w = Σ yᵢαᵢxᵢ up to date. A row at α = 0 whose gradient lies above the last pass's greatest is left out until the rest
 * has converged; then all rows are looked at once more before stopping.
 *
 * Fills `w` (features, then the bias; zeros on entry) and returns the number of passes.
 */
export function descend(problem: BinaryProblem, options: DualOptions, w: Float64Array): number {
  const { matrix, squares, labels, positive, rowWeights } = problem;
  const { offsets, ids, weights: values, rows } = matrix;
  const bias = matrix.cols;
  const stream = random(options.seed, `dual/${positive}`);
  const alpha = new Float64Array(rows);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  let active = 0;
  for (let r = 0; r < rows; r++) if (rowWeights === undefined || rowWeights[r] > 0) order[active++] = r;
  const all = active;
  let ceiling = Infinity;

  for (let pass = 1; pass <= options.mostPasses; pass++) {
    let most = -Infinity;
    let least = Infinity;
    for (let i = active - 1; i > 0; i--) {
      const j = stream.below(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    for (let s = 0; s < active; s++) {
      const r = order[s];
      const from = offsets[r];
      const to = offsets[r + 1];
      let dot = w[bias];
      for (let i = from; i < to; i++) dot += w[ids[i]] * values[i];
      const y = labels[r] === positive ? 1 : -1;
      const diagonal = 0.5 / (rowWeights === undefined ? options.cost : options.cost * rowWeights[r]);
      const old = alpha[r];
      const gradient = y * dot - 1 + old * diagonal;
      let projected = gradient;
      if (old === 0) {
        if (gradient > ceiling) {
          active--;
          order[s] = order[active];
          order[active] = r;
          s--;
          continue;
        }
        if (gradient > 0) projected = 0;
      }
      if (projected > most) most = projected;
      if (projected < least) least = projected;
      if (Math.abs(projected) <= 1e-12) continue;
      const next = Math.max(old - gradient / (squares[r] + diagonal), 0);
      const step = (next - old) * y;
      alpha[r] = next;
      w[bias] += step;
      for (let i = from; i < to; i++) w[ids[i]] += step * values[i];
    }
    if (most - least <= options.tolerance) {
      if (active === all) return pass;
      active = all;
      ceiling = Infinity;
    } else {
      ceiling = most <= 0 ? Infinity : most;
    }
  }
  return options.mostPasses;
}
