import type { SlicedRow } from "../../kinds/kind.ts";
import { kindOf } from "../../kinds/table.ts";
import type { Answer } from "../../record/answer.ts";
import type { Task } from "../../record/task.ts";

/** A labelled row that both sides have answered, neither having been trained on it. */
export interface Item extends SlicedRow {
  readonly base: Answer;
  readonly head: Answer;
}

/** An item that can be named where it is listed. */
export interface NamedItem extends Item {
  readonly id: string;
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
