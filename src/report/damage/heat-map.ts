import { isThin, type SliceLine } from "../../record/check.ts";
import type { Damage } from "../../record/damage.ts";
import { isKnown } from "../../stats/estimate.ts";
import { count, folded } from "../figures.ts";
import { markup, theirs, type Content, type Markup } from "../markup.ts";

/** Rows that stand open at most, and at least; the others are folded away. */
const MOST = 30;
const LEAST = 8;

interface Row {
  readonly name: Content;
  readonly n: number;
  /** One a damage; null where the slice holds none of its items. */
  readonly cells: readonly (Cell | null)[];
}

type Cell = Pick<SliceLine, "change" | "verdict" | "reason" | "n"> & Partial<Pick<SliceLine, "p">>;

/**
 * Slices against children: the change of the share of right answers, in points, as a shade from orange (lost) to blue (gained)
 * with its sign written out, so that neither colour nor paper hides it. What is too small to tell is hatched. Rows that are
 * broken come first, then those that lose most; of a handful of items no number is shown.
 */
export function heatMap(damages: readonly Damage[]): Markup {
  const rows = rowsOf(damages);
  const full = Math.max(...damages.flatMap(({ slices }) => slices.map(({ margin }) => margin ?? 0)), 0.01);
  const telling = rows.filter((row) => isBroken(row) || lowest(row) < 0).length;
  const shown = Math.min(MOST, Math.max(LEAST, telling));
  const rest = rows.length - shown;
  return markup`<p>How the share of right answers changes on each slice, in points; the shade is full from ${(100 * full).toFixed(0)} points on. The 95 % interval and the verdict stand at each cell when it is pointed at. ✗ is broken, of a slice after Holm’s correction over the slices of its column.</p>
${legend(full)}
${tableOf(damages, [wholeOf(damages), ...rows.slice(0, shown)], full, "Change against the parent, in points")}
${rest > 0 ? folded(`${count(rest)} more slices, none of which loses more than these`, tableOf(damages, rows.slice(shown), full, "The other slices")) : null}`;
}

/** All items: the line of the share that is right. */
function wholeOf(damages: readonly Damage[]): Row {
  const cells = damages.map(({ lines, n }): Cell | null => {
    const line = lines.find(({ name }) => name === "accuracy" || name === "record_exact");
    return line === undefined ? null : { ...line, n };
  });
  return { name: markup`<b>all items</b>`, n: Math.max(...damages.map(({ n }) => n)), cells };
}

function rowsOf(damages: readonly Damage[]): Row[] {
  const names = [...new Set(damages.flatMap(({ slices }) => slices.map(({ name }) => name)))].sort();
  const found = damages.map(({ slices }) => new Map(slices.map((slice) => [slice.name, slice])));
  const rows = names.map((name): Row => {
    const cells = found.map((slices) => slices.get(name) ?? null);
    return { name: theirs(name), n: Math.max(...cells.map((cell) => cell?.n ?? 0)), cells };
  });
  return rows.sort((a, b) => Number(isBroken(b)) - Number(isBroken(a)) || lowest(a) - lowest(b));
}

function isBroken({ cells }: Row): boolean {
  return cells.some((cell) => cell?.verdict === "broken");
}

function lowest({ cells }: Row): number {
  return Math.min(...cells.map(valueOf));
}

function valueOf(cell: Cell | null): number {
  return cell !== null && !isThin(cell) && cell.change !== null && isKnown(cell.change) ? cell.change.value : 0;
}

function tableOf(damages: readonly Damage[], rows: readonly Row[], full: number, caption: Content): Markup {
  return markup`<div class="table" tabindex="0" role="group"><table class="damage">
<caption>${caption}</caption>
<thead><tr><th scope="col">slice</th><th scope="col">n</th>${damages.map(
    ({ child }) => markup`<th scope="col">${child.name}</th>`,
  )}</tr></thead>
<tbody>${rows.map(
    ({ name, n, cells }) =>
      markup`<tr><th scope="row">${name}</th><td class="n">${count(n)}</td>${cells.map((cell) => cellOf(cell, full))}</tr>
`,
  )}</tbody></table></div>`;
}

function cellOf(cell: Cell | null, full: number): Markup {
  if (cell === null) return markup`<td class="untold">no items</td>`;
  const { change, verdict, reason, n, p } = cell;
  if (change === null || !isKnown(change)) return markup`<td class="untold" title="${reason}">?</td>`;
  const chance = p === undefined ? "" : `, p = ${p.toFixed(3)}`;
  const told = `${points(change.value)} points [${points(change.low)}, ${points(change.high)}], n = ${count(n)}${chance}: ${verdict}`;
  if (isThin(cell)) return markup`<td class="untold" title="too few to tell anything: ${told}">few</td>`;
  if (verdict === "too small to tell") {
    return markup`<td class="untold" title="${told}">${points(change.value)}</td>`;
  }
  const mark = verdict === "broken" ? "✗ " : "";
  return markup`<td${shade(change.value, full)} title="${told}">${mark}${points(change.value)}</td>`;
}

/** The root, so that a point is seen beside ten; the full shade from the margin on. */
function shade(value: number, full: number): Markup | null {
  const strength = Math.min(1, Math.sqrt(Math.abs(value) / full));
  if (strength < 0.05) return null;
  return markup` class="${value < 0 ? "lost" : "gained"}" style="--a: ${(0.75 * strength).toFixed(2)}"`;
}

function points(value: number): string {
  const rounded = (100 * value).toFixed(1);
  if (Number(rounded) === 0) return "0";
  return value < 0 ? `\u2212${rounded.slice(1)}` : `+${rounded}`;
}

function legend(full: number): Markup {
  const steps = [-1, -0.3, -0.1, 0, 0.1, 0.3, 1].map((share) => share * full);
  return markup`<ul class="legend damage-legend">${steps.map((value) => markup`<li${shade(value, full)}>${points(value)}</li>`)}<li class="untold">too small to tell</li></ul>`;
}
