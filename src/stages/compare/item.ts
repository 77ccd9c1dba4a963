import type { SlicedRow } from "../../kinds/kind.ts";
import { kindOf } from "../../kinds/table.ts";
import type { Answer } from "../../record/answer.ts";
import type { Task } from "../../record/task.ts";
import { type Groups, groupsOf } from "../../stats/units.ts";

/** A labelled row that both sides have answered, neither having been trained on it. */
export interface Item extends SlicedRow {
  /** Of the rows of one group the answers are not independent; null of a row that stands alone. */
  readonly group: string | null;
  readonly base: Answer;
  readonly head: Answer;
}

/** An item that can be named where it is listed. */
export interface NamedItem extends Item {
  readonly id: string;
}

/** Which items are not independent of one another. */
export function groupsAmong(items: readonly Item[]): Groups {
  return groupsOf(items.map(({ group }) => group));
}

export type SideName = "base" | "head";

export function rightOf(
  items: readonly Item[],
  side: SideName,
  { kind, spans }: Pick<Task, "kind" | "spans">,
): boolean[] {
  const { isRight } = kindOf(kind);
  return items.map(({ text, target, [side]: answer }) => isRight({ text, target, answer }, spans));
}
