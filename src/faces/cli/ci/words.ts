import type { CheckLine, CheckReport, SliceLine } from "../../../record/check.ts";
import { isBetter } from "../../../stages/compare/index.ts";
import { isKnown } from "../../../stats/estimate.ts";

/** What every envelope of a check says in the same words. */

export function headline({ verdict, task, rows, lines, slices }: CheckReport): string {
  const broken = [...lines, ...slices].filter((line) => line.verdict === "broken").map((line) => line.name);
  const on = `on ${rows.compared.toLocaleString("en-US")} rows`;
  if (verdict === "broken") return `${task}: broken ${on} (${broken.slice(0, 5).join(", ")})`;
  if (verdict === "held") return `${task}: held ${on}`;
  const small = lines.filter((line) => line.verdict === "too small to tell").map((line) => line.name);
  const untold = small.length === 0 ? "slices" : small.join(", ");
  return `${task}: nothing is broken ${on}; too small to tell: ${untold}`;
}

/** "-0.004 [-0.011, 0.003]" for differences, "×1.06 [1.02, 1.09]" for costs, "" where there is none. */
export function change({ name, change: estimate }: CheckLine): string {
  if (estimate === null || !isKnown(estimate)) return "";
  const { value, low, high, level } = estimate;
  const isCost = ["size", "memory", "latency"].includes(name);
  const print = (x: number): string => (isCost ? x.toFixed(2) : `${x > 0 ? "+" : ""}${x.toFixed(3)}`);
  const interval = level === 1 ? "" : ` [${print(low)}, ${print(high)}]`;
  return `${isCost ? "×" : ""}${print(value)}${interval}`;
}

/** The reason, with the rows that would do, and with what is known to be better. */
export function reason(line: CheckLine): string {
  const enough = line.enough === null ? "" : `; about ${line.enough.toLocaleString("en-US")} rows would do`;
  return `${line.reason}${enough}${isBetter(line) ? "; head is better" : ""}`;
}

/** Slices that are broken, and how many the rest are. */
export function slicesWorthTelling(slices: readonly SliceLine[]): { broken: SliceLine[]; held: number; small: number } {
  return {
    broken: slices.filter((slice) => slice.verdict === "broken"),
    held: slices.filter((slice) => slice.verdict === "held").length,
    small: slices.filter((slice) => slice.verdict === "too small to tell").length,
  };
}
