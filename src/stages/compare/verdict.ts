import type { CheckLine, CheckVerdict, SliceLine } from "../../record/check.ts";

/** One verdict of all: small slices are told and decide nothing. */
export function verdictOf(lines: readonly CheckLine[], slices: readonly SliceLine[]): CheckVerdict {
  if ([...lines, ...slices].some((line) => line.verdict === "broken")) return "broken";
  return lines.some((line) => line.verdict === "too small to tell") ? "too small to tell" : "held";
}

/** Items beyond `n` that would decide every line: 0 where all are decided, null where one is decided by no number known. */
export function moreToDecide(lines: readonly CheckLine[], n: number): number | null {
  let more = 0;
  for (const { verdict, enough } of lines) {
    if (verdict !== "too small to tell") continue;
    if (enough === null) return null;
    more = Math.max(more, enough - n);
  }
  return more;
}
