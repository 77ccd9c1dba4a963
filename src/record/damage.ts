import type { Estimate } from "../stats/estimate.ts";
import type { NoDifference } from "../stats/paired.ts";
import type { Answer } from "./answer.ts";
import type { CheckLine, CheckVerdict, SliceLine } from "./check.ts";

/**
 * What a smaller form of a model (the child) costs in quality against what it was made from (the parent), on items that both
 * have answered. Changes are child - parent.
 */
export interface Damage {
  readonly parent: DamageSide;
  readonly child: DamageSide;
  /** Items compared. */
  readonly n: number;
  /** "broken" where any line or slice is; else "too small to tell" where a line is; else "held". Thresholds are told beside it. */
  readonly verdict: CheckVerdict;
  /** Items beyond `n` that would decide every line; null where no number is known to, 0 where all are decided. */
  readonly more: number | null;
  readonly lines: readonly CheckLine[];
  readonly slices: readonly SliceLine[];
  /** Two-sided, of no difference at all: McNemar's exact test, of spans the paired permutation test of F1. */
  readonly p: number;
  readonly test: NoDifference["test"];
  readonly flips: Flips;
  readonly calibration: CalibrationShift;
  readonly thresholds: readonly Threshold[];
}

export interface DamageSide {
  readonly name: string;
  readonly bytes: number;
}

/** Items that the child answers otherwise: counted whole, listed to a bound. */
export interface Flips {
  readonly changed: number;
  /** Right by the parent, wrong by the child. */
  readonly worse: number;
  readonly better: number;
  /** The worst first: newly wrong, then wrong in another way, then newly right; among these the surest of the child first. */
  readonly listed: readonly Flip[];
}

export interface Flip {
  readonly what: "worse" | "otherwise" | "better";
  readonly id: string;
  /** Answers in the printed form of their kind. */
  readonly target: string;
  readonly parent: Answer;
  readonly child: Answer;
}

export interface CalibrationShift {
  /** Expected calibration errors; their difference has no interval that covers, and none is told. */
  readonly parent: Estimate;
  readonly child: Estimate;
  /** Of the mean confidence. */
  readonly confidence: Estimate;
  /** The line of the Brier score, which is gated. */
  readonly brier: CheckLine;
}

/** Whether a confidence from which the parent's answers are taken means the same of the child's. */
export interface Threshold {
  /** "right ≥ 0.95", or a name given with the threshold. */
  readonly name: string;
  /** Null where no confidence of the parent reaches what is asked. */
  readonly at: number | null;
  /** What the answers that are taken are counted by. */
  readonly counts: "right" | "wholly right" | "without a leak";
  /** Items judged; a threshold that was chosen on the items is judged on the half that it was not chosen on. */
  readonly n: number;
  readonly parent: Taken;
  readonly child: Taken;
  /** Changes of the two shares. */
  readonly change: Taken;
  readonly verdict: CheckVerdict | "not compared";
  readonly reason: string;
}

/** What a threshold leaves answered. */
export interface Taken {
  /** Share of the items whose confidence reaches the threshold. */
  readonly coverage: Estimate;
  /** Of these, the share that `counts` names. */
  readonly share: Estimate;
}

/** "held", "broken: accuracy, label=refund", "too small to tell: 240 more examples would do" */
export function printVerdict({ verdict, more, lines, slices }: Damage): string {
  const named = (rows: readonly CheckLine[]): string[] =>
    rows.filter((line) => line.verdict === verdict).map(({ name }) => name);
  if (verdict === "held") return verdict;
  if (verdict === "broken") {
    const names = [...named(lines), ...named(slices)];
    return `broken: ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
  }
  return more === null
    ? `too small to tell: ${named(lines).join(", ")}`
    : `too small to tell: ${more.toLocaleString("en-US")} more examples would do`;
}
