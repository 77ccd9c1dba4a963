import { type Estimate, isKnown } from "../../stats/estimate.ts";
import type { Slice } from "../../record/evaluation.ts";
import { count, folded, table } from "../figures.ts";
import { heatCell } from "../heat.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import type { Judged, Reported } from "../../record/reported.ts";
import { hasSpans, headlineOf, mayShowText, nameOf } from "../words.ts";
import { leakSlices } from "./leak-slices.ts";
import type { Section } from "./section.ts";

const SHOWN = 30;

/**
 * Slices against candidates, one candidate a rung: the chosen one, and the others at fp32. Rows are ordered by the chosen
 * one's figure, the lowest first.
 */
export function slices(reported: Reported): Section {
  const columns = columnsOf(reported);
  const headline = headlineOf(reported);
  const rows = reported.chosen.evaluation.slices
    .map((slice) => ({ slice, figure: figureOf(slice, headline) }))
    .sort((a, b) => valueOf(a.figure) - valueOf(b.figure));
  const cellOf = (row: number, column: number): Estimate | undefined => {
    const same = columns[column].evaluation.slices.find((s) => s.name === rows[row].slice.name);
    return same === undefined ? undefined : figureOf(same, headline);
  };
  const how = hasSpans(reported) ? `its ${headline} of exact spans` : `its ${headline}, a label by its recall`;
  const counting = hasSpans(reported) ? " (texts)" : "";
  const heat = (from: number, to: number): Markup =>
    markup`<div class="heat">${table({
      caption: `Each slice by ${how}. Under each figure its 95 % interval and n${counting}. The stronger the shade, the lower.`,
      head: ["slice", ...columns.map(nameOf)],
      rows: rows
        .slice(from, to)
        .map(({ slice }, i) => [theirs(slice.name), ...columns.map((_, j) => heatCell(cellOf(from + i, j)))]),
      shade: (i, j) => shadeOf(cellOf(from + i, j)),
    })}</div>`;
  const rest = rows.length - SHOWN;
  const body = markup`<p>Where it holds and where it does not: by label, by length, and by every further column of few values. An interval that is wide says that the slice is thin, not that it is bad.${mayShowText(reported) ? null : " Slices are named by the values of their columns: where these are personal too, leave the column out of the data before this page is passed around."}</p>
${reported.manifest.kind === "redact" ? leakSlices(reported, columns) : null}
${heat(0, SHOWN)}
${rest > 0 ? folded(`${count(rest)} more slices, all better than these`, heat(SHOWN, rows.length)) : null}`;
  return { id: "slices", stage: "evaluate", title: "Slices against candidates", body };
}

/** One candidate a rung. */
function columnsOf({ ladder, chosen }: Reported): Judged[] {
  const rungs = [...new Set(ladder.map((m) => m.recipe.rung))];
  return rungs.map((rung) =>
    rung === chosen.recipe.rung ? chosen : (ladder.find((m) => m.recipe.rung === rung) as Judged),
  );
}

function figureOf({ quality }: Slice, headline: string): Estimate {
  return quality[headline] ?? quality["recall"] ?? Object.values(quality)[0];
}

function valueOf(estimate: Estimate): number {
  return isKnown(estimate) ? estimate.value : Infinity;
}

/** Nothing at 1, the strongest from 0.5 down; text on it keeps a contrast of 4.5 and more, light and dark. */
function shadeOf(estimate: Estimate | undefined): number {
  return estimate !== undefined && isKnown(estimate) ? Math.min(0.5, 1 - estimate.value) : 0;
}
