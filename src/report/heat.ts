import { type Estimate, isKnown } from "../stats/estimate.ts";
import { count } from "./figures.ts";
import { markup, type Content } from "./markup.ts";

/** A cell of a heat table: the figure, and under it its interval and n. */
export function heatCell(estimate: Estimate | undefined): Content {
  if (estimate === undefined) return markup`<span class="none">no rows</span>`;
  if (!isKnown(estimate)) return markup`<span class="none">undetermined: ${estimate.undetermined}</span>`;
  const { value, low, high, n } = estimate;
  return markup`${value.toFixed(3)}<small>${low.toFixed(2)}–${high.toFixed(2)}, n = ${count(n)}</small>`;
}
