import type { Site } from "./site.ts";

/** The least half that has all its digits; below, halves are 2⁻²⁴ apart. */
const LEAST_HALF = 2 ** -14;
/** A table with a scale of this much loses next to nothing where smaller scales lose digits: its rows are read side by side. */
const LARGE = 2 ** -12;
/** The largest half. */
const MOST_HALF = 65_504;

/** Do halves hold these scales, none that counts below `least`? */
export function fitsHalf(scales: Float32Array, kind: Site["kind"], least = LEAST_HALF): boolean {
  if (!scales.every((s) => Math.abs(s) <= MOST_HALF)) return false;
  if (kind === "table" && scales.some((s) => Math.abs(s) >= LARGE)) return true;
  return scales.every((s) => s === 0 || Math.abs(s) >= least);
}
