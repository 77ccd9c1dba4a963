import type { Estimate } from "../stats/estimate.ts";

/** How far from the task the chosen candidate still holds: its accuracy on made variants of rows that it was judged on. */
export interface Cliff {
  /** The rows that were varied: "folds" or "dev", as of the candidate's own evaluation; never the test. */
  readonly on: string;
  /** Rows drawn from these. */
  readonly rows: number;
  readonly slices: readonly CliffSlice[];
  /** Variants that were not made, with the reason. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  /** What tells whether a text belongs to the task; null where the task names no texts from outside. */
  readonly scope: Scope | null;
}

/** One variant, over the rows that it changed. */
export interface CliffSlice {
  /** "typos=5%", "register=polite" */
  readonly name: string;
  readonly about: string;
  readonly n: number;
  /** Rows that became longer than the model reads; not among the n. */
  readonly refused: number;
  readonly accuracy: Estimate;
  /** Of the same rows as they were written. */
  readonly original: Estimate;
  /** accuracy − original, item by item (Tango): negative where the variant costs. */
  readonly drop: Estimate;
}

/**
 * The confidence from which a text counts as one of the task's, fitted on one half of the rows and judged on the other;
 * all answers by models that were not trained on the row.
 */
export interface Scope {
  readonly threshold: number;
  /** The share of the task's own texts that the fit had to keep. */
  readonly keep: number;
  readonly fitted: { readonly inside: number; readonly outside: number };
  /** Shares of the other halves: texts from outside told to be so, the task's own told to belong. */
  readonly refused_outside: Estimate;
  readonly kept_inside: Estimate;
  /** Rows from outside that could not be read, or that repeated another or one of the task's own. */
  readonly refused: number;
  readonly repeated: number;
}
