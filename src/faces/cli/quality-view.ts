import type { Confusion, Slice } from "../../record/evaluation.ts";

/** What the figures of an evaluation count, in words; spans are counted where rows are not. */

/** "41 rows"; of the slice of one label, where texts hold several spans of it, "41 spans". */
export function sizeOf({ name, n }: Pick<Slice, "name" | "n">, kind: string): string {
  const counts = kind !== "classify" && name.startsWith("label=") ? "span" : "row";
  return `${n} ${counts}${n === 1 ? "" : "s"}`;
}

const NOTHING = "—";

/** "refund taken for billing", "album not found", "album found where nothing is". */
export function confusionWords({ truth, predicted }: Confusion): string {
  if (predicted === NOTHING) return `${truth} not found`;
  if (truth === NOTHING) return `${predicted} found where nothing is`;
  return `${truth} taken for ${predicted}`;
}

/** What `isRight` says of an answer of the kind. */
export function rightWords(kind: string): string {
  return kind === "classify" ? "accuracy" : "texts wholly right";
}
