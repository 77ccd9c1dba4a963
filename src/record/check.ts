import type { Estimate } from "../stats/estimate.ts";
import type { Quality } from "./evaluation.ts";

/** What `check` found of head against the accepted candidate. */
export interface CheckReport {
  readonly task: string;
  /** "broken" where any line or slice is; else "too small to tell" where a line is; else "held". */
  readonly verdict: CheckVerdict;
  readonly base: Side;
  readonly head: Side;
  readonly rows: CheckedRows;
  readonly lines: readonly CheckLine[];
  readonly slices: readonly SliceLine[];
}

export type CheckVerdict = "held" | "broken" | "too small to tell";

/** Of fewer items the interval of a share spans most of what a share can be. */
const FEW = 10;

/** Are the items so few that neither their change nor what would do of them is worth a number? */
export function isThin({ n, verdict }: { readonly n: number; readonly verdict: CheckLine["verdict"] }): boolean {
  return n < FEW && verdict === "too small to tell";
}

export interface Side {
  /** Hash of the pack. */
  readonly pack: string;
  readonly rung: string;
  readonly precision: string;
  readonly size_bytes: number;
  /** On the compared rows. */
  readonly quality: Quality;
}

/** Which rows were compared, and which were not. */
export interface CheckedRows {
  readonly compared: number;
  /** Compared rows on which both sides were answered by the packs themselves; the others were answered out of fold. */
  readonly later: number;
  /** Rows the accepted candidate was judged on that head has no answer to. */
  readonly missing: number;
  /** Rows given that the accepted candidate has no answer to. */
  readonly unknown: number;
  readonly unlabelled: number;
  /** Rows refused: trained on, sealed, or unreadable. The list is bounded, the count whole. */
  readonly refused: number;
  readonly refusals: readonly { readonly where: string; readonly why: string }[];
}

/** One question of the gate. */
export interface CheckLine {
  /** "accuracy", "latency", "parity", … */
  readonly name: string;
  readonly verdict: CheckVerdict | "not compared";
  readonly reason: string;
  /** head - base, or head / base for what is a cost. */
  readonly change: Estimate | null;
  /** How much worse it may be. */
  readonly margin: number | null;
  /** Items that would decide it. */
  readonly enough: number | null;
}

export interface SliceLine extends CheckLine {
  readonly n: number;
  /** One-sided p-value of being worse by more than the margin, after Holm over all slices. */
  readonly p: number;
}
