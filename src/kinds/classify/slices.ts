import type { Members, SlicedRow } from "../kind.ts";
import { byColumn, byLength, grouped } from "../slices.ts";

/** The slices of inputs: by true label, by length, by every further column of few values. None is empty. */
export function slices(rows: readonly SlicedRow[]): Members[] {
  return [...grouped(rows, "label", (row) => [row.target]), ...byLength(rows), ...byColumn(rows)];
}
