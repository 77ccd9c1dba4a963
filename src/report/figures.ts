import { type Estimate, isKnown } from "../stats/estimate.ts";
import { markup, type Content, type Markup } from "./markup.ts";

export interface Shown {
  readonly digits?: number;
  readonly unit?: string;
  /** n is left out where the table says it elsewhere. */
  readonly n?: boolean;
  /** A difference: its direction is told, "+0.003". */
  readonly signed?: boolean;
}

/** An estimate with its interval, its n, and its method at hand; or why there is none. */
export function figure(
  estimate: Estimate | undefined,
  { digits = 3, unit = "", n = true, signed = false }: Shown = {},
): Markup {
  if (estimate === undefined) return markup`<span class="none">not measured</span>`;
  if (!isKnown(estimate)) {
    return markup`<span class="none">undetermined: ${estimate.undetermined} (n = ${count(estimate.n)})</span>`;
  }
  const { value, low, high } = estimate;
  const plain = (x: number): string => (unit === "ms" ? milliseconds(x) : x.toFixed(digits));
  const f = (x: number): string => (signed ? withSign(plain(x)) : plain(x));
  const after = unit === "" ? "" : ` ${unit}`;
  return markup`<span class="figure" title="${methodOf(estimate)}"><b>${f(value)}${after}</b> <span class="interval">[${f(low)}, ${f(high)}]</span>${
    n ? markup` <span class="n">n = ${count(estimate.n)}</span>` : null
  }</span>`;
}

/** "+0.003", "-0.004", and what is printed as nothing without a sign. */
function withSign(printed: string): string {
  if (Number(printed) === 0) return printed.replace("-", "");
  return printed.startsWith("-") ? printed : `+${printed}`;
}

/** The same in running text. */
export function printed(estimate: Estimate | undefined, digits = 3): string {
  if (estimate === undefined) return "not measured";
  if (!isKnown(estimate)) return `undetermined (${estimate.undetermined}, n = ${count(estimate.n)})`;
  const f = (x: number): string => x.toFixed(digits);
  return `${f(estimate.value)} [${f(estimate.low)}, ${f(estimate.high)}], n = ${count(estimate.n)}`;
}

export function methodOf(estimate: Estimate): string {
  return isKnown(estimate) ? `${(100 * estimate.level).toFixed(0)} % interval, ${estimate.method}` : "";
}

/** Two significant places, never fewer digits than stand before the point. */
export function milliseconds(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}

export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** "1 row", "1,204 rows" */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : plural}`;
}

export interface Table {
  readonly caption: Content;
  readonly head: readonly Content[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Content[])[];
  /** Index of a row to be set off. */
  readonly marked?: number;
  /** How strongly a cell is shaded, from 0 to 1; columns are counted without the heading. */
  readonly shade?: (row: number, column: number) => number;
}

export function table({ caption, head, rows, marked, shade }: Table): Markup {
  const shading = (row: number, column: number): Markup | null => {
    const strength = shade?.(row, column) ?? 0;
    return strength > 0 ? markup` style="--a: ${strength.toFixed(2)}"` : null;
  };
  return markup`<div class="table" tabindex="0" role="group"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...cells], i) =>
      markup`<tr${i === marked ? markup` class="marked"` : null}><th scope="row">${first}</th>${cells.map((cell, j) => markup`<td${shading(i, j)}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** Facts as pairs: what, and how it is. */
export function facts(pairs: readonly (readonly [Content, Content])[]): Markup {
  return markup`<dl>${pairs.map(([what, how]) => markup`<div><dt>${what}</dt><dd>${how}</dd></div>`)}</dl>`;
}

/** What most readers pass over; printed whole. */
export function folded(summary: Content, body: Content): Markup {
  return markup`<details><summary>${summary}</summary>${body}</details>`;
}
