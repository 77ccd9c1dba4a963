import { kindOf } from "../../kinds/table.ts";
import type { Quality } from "../../record/evaluation.ts";
import type { Task } from "../../record/task.ts";
import type { Item, SideName } from "./item.ts";

export { compareBytes, compareLatency, notCompared } from "./costs.ts";
export { damageOf, type DamageSides } from "./damage.ts";
export type { Item, NamedItem, SideName } from "./item.ts";
export { isBetter } from "./line.ts";
export { type ComparedTask, compareQuality } from "./quality.ts";
export { compareSlices } from "./slices.ts";
export { f1Difference } from "./spans.ts";
export type { GivenThreshold } from "./thresholds.ts";
export { verdictOf } from "./verdict.ts";

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
    group: item.group,
    answer: item[side],
  }));
  return kindOf(kind).measure(rows, spans).quality;
}
