import { Fault } from "../base/fault.ts";
import type { Csr, SparseRow } from "../features/csr.ts";

/** Rows with a class each. */
export interface LinearProblem {
  readonly matrix: Csr;
  /** Class of each row, in [0, classes). */
  readonly labels: Int32Array;
  readonly classes: number;
  /** How much each row counts (times the cost); 1 when not told. */
  readonly rowWeights?: Float64Array;
}

/** Scores of a sparse row x: bias[k] + Σ x[f] · weights[f · classes + k]. Weights lie by feature, so a row reads runs. */
export interface LinearModel {
  readonly features: number;
  readonly classes: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export function checkProblem({ matrix, labels, classes, rowWeights }: LinearProblem): void {
  const wrong =
    labels.length !== matrix.rows
      ? `${matrix.rows} rows have ${labels.length} labels`
      : rowWeights !== undefined && rowWeights.length !== matrix.rows
        ? `${matrix.rows} rows have ${rowWeights.length} weights`
        : classes < 2
          ? `there are ${classes} classes`
          : matrix.rows === 0
            ? "there are no rows"
            : labels.some((k) => k < 0 || k >= classes)
              ? `a label lies outside 0 to ${classes - 1}`
              : rowWeights?.some((w) => !(w >= 0 && w < Infinity))
                ? "a row's weight is not a number from 0"
                : undefined;
  if (wrong === undefined) return;
  throw new Fault("learn/problem", {
    what: `a linear model cannot be fitted: ${wrong}`,
    remedy: "give at least two classes and a class for every row",
  });
}

/** Scores of one row, in f64 order of ids, written to `into` (length classes). */
export function scoreRow(model: LinearModel, row: SparseRow, into: Float32Array | Float64Array): void {
  const { classes, weights } = model;
  into.set(model.bias);
  for (let i = 0; i < row.ids.length; i++) {
    const value = row.weights[i];
    const base = row.ids[i] * classes;
    for (let k = 0; k < classes; k++) into[k] += value * weights[base + k];
  }
}

/** Scores of every row, rows × classes. */
export function scoreAll(model: LinearModel, matrix: Csr): Float32Array {
  const { classes } = model;
  const scores = new Float32Array(matrix.rows * classes);
  const one = new Float64Array(classes);
  for (let r = 0; r < matrix.rows; r++) {
    const from = matrix.offsets[r];
    const to = matrix.offsets[r + 1];
    scoreRow(model, { ids: matrix.ids.subarray(from, to), weights: matrix.weights.subarray(from, to) }, one);
    scores.set(one, r * classes);
  }
  return scores;
}

/** The place of the greatest entry in [from, to), relative to from; the first of equals. */
export function greatest(values: ArrayLike<number>, from = 0, to = values.length): number {
  let best = from;
  for (let i = from + 1; i < to; i++) if (values[i] > values[best]) best = i;
  return best - from;
}
