import { kindOf } from "../../kinds/table.ts";
import type { CheckLine, CheckVerdict, SliceLine } from "../../record/check.ts";
import type { Quality } from "../../record/evaluation.ts";
import type { Task } from "../../record/task.ts";
import type { Item, SideName } from "./item.ts";

export { compareBytes, compareLatency, notCompared } from "./costs.ts";
export type { Item, SideName } from "./item.ts";
export { isBetter } from "./line.ts";
export { compareQuality } from "./quality.ts";
export { compareSlices } from "./slices.ts";
export { f1Difference } from "./spans.ts";

/** The figures of one side on the compared items. */
export function figuresOf(
  items: readonly Item[],
  side: SideName,
  { kind, spans }: Pick<Task, "kind" | "spans">,
): Quality {
  const rows = items.map((item) => ({
    id: "",
    text: item.text,
    target: item.target,
    columns: item.columns,
    answer: item[side],
  }));
  return kindOf(kind).measure(rows, spans).quality;
}

/** One verdict of all: small slices are told and decide nothing. */
export function verdictOf(lines: readonly CheckLine[], slices: readonly SliceLine[]): CheckVerdict {
  if ([...lines, ...slices].some((line) => line.verdict === "broken")) return "broken";
  return lines.some((line) => line.verdict === "too small to tell") ? "too small to tell" : "held";
}
