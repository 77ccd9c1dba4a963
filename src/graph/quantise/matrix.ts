import { Fault } from "../../base/fault.ts";
import { clipped } from "./clipped.ts";
import { gptq, type Rounder } from "./gptq.ts";
import { type Codebook, codeOf, type Grid, type Group, type Precision, reaching } from "./grid.ts";
import { halfQuadratic } from "./half-quadratic.ts";
import type { Moments } from "./moments.ts";

export const roundings = ["nearest", "mse", "hqq", "gptq"] as const;
/** nearest: a grid over all weights. mse: drawn in to the least squared error. hqq: half-quadratic. gptq: by moments. */
export type Rounding = (typeof roundings)[number];

/** A matrix of weights, a row for each output. */
export interface Matrix {
  readonly weights: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The weights lie column after column. */
  readonly byColumn?: boolean;
}

export interface MatrixOptions {
  readonly block: number;
  readonly book: Codebook;
  readonly rounding: Rounding;
  readonly precision: Precision;
  /** For gptq, which is mse without them; of the matrix's columns. */
  readonly moments?: Moments;
}

/** w ≈ scales[row, group]·(codes[row, column] − zeros[row, group]). */
export interface Quantised {
  readonly rows: number;
  readonly columns: number;
  readonly groups: number;
  readonly codes: Int8Array | Uint8Array;
  readonly scales: Float32Array;
  readonly zeros: Int8Array | Uint8Array;
}

/** Quantises row by row; beside the result it takes memory for a few rows, and for gptq the factor of the moments. */
export function quantiseMatrix(matrix: Matrix, options: MatrixOptions): Quantised {
  const { rows, columns } = matrix;
  const { block, book, moments } = options;
  const groups = Math.ceil(columns / block);
  if (moments !== undefined && moments.size !== columns) {
    throw new Fault("graph/calibration", {
      what: `second moments of ${moments.size} columns were given for a weight of ${columns}`,
      remedy: "gather the moments on the graph that is to be quantised",
    });
  }
  const Codes = book.low < 0 ? Int8Array : Uint8Array;
  const result = {
    rows,
    columns,
    groups,
    codes: new Codes(rows * columns),
    scales: new Float32Array(rows * groups),
    zeros: new Codes(rows * groups),
  };
  const rounder = options.rounding === "gptq" && moments !== undefined ? gptq(moments, block, book) : undefined;
  const importance = rounder && diagonal(moments!);
  const fit = fitOf(options.rounding);
  const best = rowOf(groups, columns);
  const plain = rowOf(groups, columns);
  const place = reader(matrix);
  for (let row = 0; row < rows; row++) {
    const at = place(row);
    grids(best, (group) => fit(group, book, options.precision), at, block, importance);
    if (rounder === undefined) round(best, at, block, book);
    const kept = rounder === undefined ? best : better(rounder, best, plain, at, options);
    result.codes.set(kept.codes, row * columns);
    result.scales.set(kept.scales, row * groups);
    result.zeros.set(kept.zeros, row * groups);
  }
  return result;
}

/** Where the weights of a row begin. */
interface Place {
  readonly weights: Float32Array;
  readonly from: number;
}

/** Rows brought together at once where they lie column after column: as many as a line of the cache holds, and more. */
const TILE = 64;

/** Where each row lies in one piece; a tile of rows is copied where the matrix lies by column. Rows are asked for in order. */
function reader({ weights, rows, columns, byColumn }: Matrix): (row: number) => Place {
  if (byColumn !== true) return (row) => ({ weights, from: row * columns });
  const tile = new Float32Array(Math.min(TILE, rows) * columns);
  return (row) => {
    if (row % TILE === 0) {
      const count = Math.min(TILE, rows - row);
      for (let column = 0; column < columns; column++) {
        const from = column * rows + row;
        for (let i = 0; i < count; i++) tile[i * columns + column] = weights[from + i];
      }
    }
    return { weights: tile, from: (row % TILE) * columns };
  };
}

interface Row {
  readonly scales: Float32Array;
  readonly zeros: Int16Array;
  readonly codes: Int16Array;
}

const rowOf = (groups: number, columns: number): Row => ({
  scales: new Float32Array(groups),
  zeros: new Int16Array(groups),
  codes: new Int16Array(columns),
});

function fitOf(rounding: Rounding): (group: Group, book: Codebook, precision: Precision) => Grid {
  if (rounding === "nearest") return reaching;
  return rounding === "hqq" ? halfQuadratic : clipped;
}

/** Of the row rounded by its moments and the row rounded to the nearest, the one whose output errs less. */
function better(rounder: Rounder, best: Row, plain: Row, at: Place, options: MatrixOptions): Row {
  const { block, book, precision } = options;
  const error = rounder.round(at.weights, at.from, best, best.codes);
  grids(plain, (group) => reaching(group, book, precision), at, block);
  round(plain, at, block, book);
  return rounder.error(at.weights, at.from, plain, plain.codes) < error ? plain : best;
}

function grids(
  row: Row,
  fit: (group: Group) => Grid,
  { weights, from }: Place,
  block: number,
  importance?: Float64Array,
): void {
  for (let group = 0; group < row.scales.length; group++) {
    const column = group * block;
    const to = from + Math.min(column + block, row.codes.length);
    const grid = fit({ weights, from: from + column, to, column, importance });
    row.scales[group] = grid.scale;
    row.zeros[group] = grid.zero;
  }
}

function round(row: Row, { weights, from }: Place, block: number, book: Codebook): void {
  const grid: Grid = { scale: 0, zero: 0 };
  for (let i = 0; i < row.codes.length; i++) {
    if (i % block === 0) {
      grid.scale = row.scales[i / block];
      grid.zero = row.zeros[i / block];
    }
    row.codes[i] = codeOf(weights[from + i], grid, book);
  }
}

function diagonal(moments: Moments): Float64Array {
  return Float64Array.from({ length: moments.size }, (_, i) => moments.sums[i * moments.size + i]);
}
