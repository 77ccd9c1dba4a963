import type { Threshold } from "../../record/damage.ts";
import { type Estimate, isKnown } from "../../stats/estimate.ts";
import { figure, printed, table } from "../figures.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { verdictMark } from "./verdict.ts";

/** Whether a confidence from which answers are taken still takes the same. */
export function thresholdsTable(thresholds: readonly Threshold[]): Markup | null {
  if (thresholds.length === 0) return null;
  const { counts } = thresholds[0];
  return table({
    caption: `Does a threshold still mean the same? Each is the parent's; those named by a wanted share were chosen on one half of the items and are judged on the other. Changes are child less parent.`,
    head: ["threshold", "means the same", "answered", "change", `of these ${counts}`, "change"],
    rows: thresholds.map((threshold): Content[] => {
      const { name, at, parent, child, change, reason } = threshold;
      if (at === null) return [name, markup`<span class="none">${reason}</span>`, "–", "–", "–", "–"];
      return [
        markup`${name} <span class="n">from ${at.toFixed(3)}</span>`,
        markup`<span title="${reason}">${verdictMark(threshold)}</span>`,
        after(parent.coverage, child.coverage),
        figure(change.coverage, { n: false, signed: true }),
        after(parent.share, child.share),
        figure(change.share, { n: false, signed: true }),
      ];
    }),
  });
}

/** "0.983 after 0.984", the intervals at hand. */
function after(parent: Estimate, child: Estimate): Markup {
  const value = (estimate: Estimate): string => (isKnown(estimate) ? estimate.value.toFixed(3) : "–");
  return markup`<span class="nowrap" title="child ${printed(child)}; parent ${printed(parent)}">${value(child)} after ${value(parent)}</span>`;
}
