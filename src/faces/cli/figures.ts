import { type Estimate, isKnown } from "../../stats/estimate.ts";

/** "0.913 [0.903, 0.923]", or "undetermined". */
export function interval(estimate: Estimate | undefined, digits = 3): string {
  if (estimate === undefined || !isKnown(estimate)) return "undetermined";
  const f = (x: number): string => x.toFixed(digits);
  return `${f(estimate.value)} [${f(estimate.low)}, ${f(estimate.high)}]`;
}

/** The value alone, for a column; its interval stands in the JSON. */
export function point(estimate: Estimate | undefined, digits = 3): string {
  return estimate !== undefined && isKnown(estimate) ? estimate.value.toFixed(digits) : "–";
}

/** A probability; what is not certain is never printed as 1. */
export function probability(p: number): string {
  return p < 1 && p > 0.999 ? "> 0.999" : p.toFixed(3);
}

export function milliseconds(estimate: Estimate): string {
  return isKnown(estimate) ? `${estimate.value.toPrecision(estimate.value < 100 ? 2 : 3)} ms` : "–";
}

/** "1 row", "1,204 rows" */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? noun : plural}`;
}

/** Rows of cells as lines, columns aligned; the last column is left as it is. */
export function columns(rows: readonly (readonly string[])[], gap = "  "): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join(gap));
}

/** Words broken into lines of at most `width`, with what every line begins with. */
export function wrap(text: string, width: number, first = "", rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter((w) => w !== "")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}
