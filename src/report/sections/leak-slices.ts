import { kindOf } from "../../kinds/table.ts";
import type { Judged, Reported } from "../../record/reported.ts";
import { type Estimate, isKnown } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { table } from "../figures.ts";
import { heatCell } from "../heat.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import { spanRows } from "../span-rows.ts";
import { nameOf } from "../words.ts";

/** Texts that keep a leak, slices against candidates; those of which the chosen one leaves most first. */
export function leakSlices(reported: Reported, candidates: readonly Judged[]): Markup {
  const columns = candidates.map((judged) => leakingBySlice(reported, judged));
  const chosen = columns[candidates.indexOf(reported.chosen)];
  const names = [...chosen.keys()].sort((a, b) => valueOf(chosen.get(b)) - valueOf(chosen.get(a)));
  return markup`<div class="heat">${table({
    caption:
      "Texts that keep a leak, by slice; a text is in the slice of every category that it holds. Under each share its 95 % interval and n. The stronger the shade, the more.",
    head: ["slice", ...candidates.map(nameOf)],
    rows: names.map((name) => [theirs(name), ...columns.map((column) => heatCell(column.get(name)))]),
    shade: (row, column) => Math.min(0.5, Math.max(0, valueOf(columns[column].get(names[row])))),
  })}</div>`;
}

function leakingBySlice(reported: Reported, judged: Judged): Map<string, Estimate> {
  const rows = spanRows(reported, judged);
  const members = kindOf(reported.manifest.kind).slices(
    rows.map(({ example: { text, columns, target }, answer }) => ({ text, columns, target: target ?? answer.target })),
  );
  return new Map(
    members.map(({ name, rows: at }) => {
      const leaking = at.filter((i) => rows[i].score.characters.leaked > 0).length;
      return [name, wilson(leaking, at.length)];
    }),
  );
}

function valueOf(estimate: Estimate | undefined): number {
  return estimate !== undefined && isKnown(estimate) ? estimate.value : -1;
}
