import type { SlicedRow } from "../../kinds/kind.ts";
import type { Answer } from "../../record/accepted.ts";

/** A labelled row that both sides have answered, neither having been trained on it. */
export interface Item extends SlicedRow {
  readonly base: Answer;
  readonly head: Answer;
}

export type SideName = "base" | "head";

export function rightOf(items: readonly Item[], side: SideName): boolean[] {
  return items.map((item) => item[side].label === item.target);
}
