import { type Codebook, type Grid, type Group, type Precision, reaching, squaredError, stored } from "./grid.ts";

/** How far a grid may be drawn in, and in how many steps. */
const LEAST = 0.5;
const STEPS = 16;

/**
 * The grid with the least squared error, of those drawn in from the one that reaches over the group; the winner's scale
 * is then set to its codes' least squares. Never worse than the reaching grid, which is the first tried.
 */
export function clipped(group: Group, book: Codebook, precision: Precision): Grid {
  const whole = reaching(group, book, precision);
  if (whole.scale === 0) return whole;
  let best = whole;
  let least = squaredError(group, whole, book);
  for (let i = 1; i <= STEPS; i++) {
    const grid = { scale: stored(whole.scale * (1 - ((1 - LEAST) * i) / STEPS), precision), zero: whole.zero };
    const error = squaredError(group, grid, book);
    if (error < least) [best, least] = [grid, error];
  }
  const fitted = { scale: stored(leastSquares(group, best, book), precision), zero: best.zero };
  return squaredError(group, fitted, book) < least ? fitted : best;
}

/** The scale that fits the codes best: Σ u·w·(code − zero) / Σ u·(code − zero)². */
function leastSquares(group: Group, grid: Grid, book: Codebook): number {
  const { weights, from, to, importance, column } = group;
  const inverse = 1 / grid.scale;
  let above = 0;
  let below = 0;
  for (let i = from; i < to; i++) {
    const code = Math.min(book.high, Math.max(book.low, Math.floor(weights[i] * inverse + grid.zero + 0.5)));
    const level = code - grid.zero;
    const weight = importance === undefined ? 1 : importance[column + i - from];
    above += weight * weights[i] * level;
    below += weight * level * level;
  }
  return below === 0 ? grid.scale : above / below;
}
