import { printBytes } from "../base/print.ts";
import type { OffsetUnit } from "../spans/offset-unit.ts";
import type { CostSpec } from "./cost.ts";
import type { SpanSpec } from "./spans.ts";

export { type OffsetUnit, offsetUnits } from "../spans/offset-unit.ts";

/**
 * A task: one narrow thing to do, in words a person wrote. Read from `whittle.yaml` by stages/task; never changed after.
 */

/** The kinds of task that have a folder under kinds/. */
export const kindNames = ["classify", "extract", "redact"] as const;
export type KindName = (typeof kindNames)[number];

export interface Task {
  readonly name: string;
  readonly kind: KindName;
  /** One sentence: what is done with the answers. */
  readonly about: string;
  /**
   * Label (of extract the field, of redact the category) → its written meaning ("" where nobody wrote one yet). Empty means:
   * the labels that the data hold.
   */
  readonly labels: Readonly<Record<string, string>>;
  /** What is wanted of the spans of extract and redact; null for kinds that have none. */
  readonly spans: SpanSpec | null;
  readonly data: DataSpec;
  readonly bar: readonly BarLine[];
  readonly margins: Margins;
  readonly device: DeviceSpec;
  readonly cost: CostSpec;
  readonly policy: Policy;
  readonly seed: number;
  /** Characters (UTF-16 units) above which one text is refused, never cut. */
  readonly maxTextLength: number;
  /** Rungs that the ladder may climb, in order; empty means all that fit the kind. */
  readonly rungs: readonly string[];
}

export interface DataSpec {
  /** Files relative to the task's folder. `test` and `dev` are kept as given. */
  readonly train: readonly string[];
  readonly dev: readonly string[];
  readonly test: readonly string[];
  /** Files of texts that fit no label; what tells whether a text belongs to the task is fitted and judged on them. */
  readonly outside: readonly string[];
  /** Column or field names. */
  readonly text: string;
  readonly label: string;
  /** What the offsets of spans count. */
  readonly offsets: OffsetUnit;
  /** Rows of one group stand on one side of every split. */
  readonly group: string | null;
}

/** One line of the bar: a figure and its limit. */
export interface BarLine {
  /** A quality figure (`accuracy`, …), `latency_p95_ms`, `size_bytes` or `peak_memory_bytes`. */
  readonly metric: string;
  /** Slice name as the evaluation prints it, such as `channel=email`; null for all rows. */
  readonly slice: string | null;
  readonly sense: "at_least" | "at_most";
  readonly limit: number;
  /** Whether the interval's unfavourable end must hold the limit, or the estimate alone. */
  readonly by: "interval" | "estimate";
}

/**
 * How much worse than the accepted candidate a change may be before `check` calls it broken. A kind looks at those of its
 * own figures; the others stay at their default and are not written.
 */
export interface Margins {
  /** Shares of the items: of classify. */
  readonly accuracy: number;
  readonly macro_f1: number;
  /** Of kinds with spans: F1 of exact spans, and the share of texts that are wholly right. */
  readonly span_f1: number;
  readonly record_exact: number;
  /** Of redact: the shares of texts that keep a leak and of characters that leak. */
  readonly leaks: number;
  /** The mean of (confidence - right)², whose excess over what the errors explain is miscalibration. */
  readonly brier: number;
  /** The area under the risk-coverage curve: what abstaining by confidence is worth. */
  readonly risk_coverage: number;
  /** The share of right answers on any one slice. */
  readonly slices: number;
  /** Shares of what the accepted candidate needs: 0.25 allows a quarter more. */
  readonly latency: number;
  readonly size: number;
  readonly memory: number;
}

export interface DeviceSpec {
  /** Threads a prediction may use. */
  readonly threads: number;
}

export interface Policy {
  /** Addresses that may be called; empty: none, ever. */
  readonly endpoints: readonly string[];
}

/** "accuracy ≥ 0.88 (interval's lower end)" */
export function printBarLine(line: BarLine): string {
  const sign = line.sense === "at_least" ? "≥" : "≤";
  const end = line.sense === "at_least" ? "lower" : "upper";
  const limit = line.metric.endsWith("_bytes") ? printBytes(line.limit) : String(line.limit);
  const by = line.by === "interval" ? `interval's ${end} end` : "estimate";
  return `${line.metric}${line.slice === null ? "" : ` on ${line.slice}`} ${sign} ${limit} (${by})`;
}
