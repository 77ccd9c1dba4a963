import type { Evaluation } from "../record/evaluation.ts";
import { type BarLine, printBarLine } from "../record/task.ts";
import { againstBar } from "../stats/compare.ts";
import { type Estimate, isKnown } from "../stats/estimate.ts";
import { enoughForBar } from "../stats/power.ts";

/** A part of the rows that is too thin to say whether it holds the bar. */
export interface Thin {
  /** The slice, or "all rows". */
  readonly slice: string;
  readonly n: number;
  readonly line: string;
  readonly figure: Estimate;
  /** Rows more that would decide it if the figure stayed where it is; null where no number is known. */
  readonly more: number | null;
}

/** Shares of rows: their rows are counted by the power of the score test, others by how intervals narrow. */
const shares = new Set(["accuracy", "recall"]);

/**
 * Every line of the bar that speaks of quality, against all rows and, where it names no slice, against each slice. On the
 * rows of one label recall is the accuracy. Thinnest first.
 */
export function thin(bar: readonly BarLine[], { n, quality, slices }: Evaluation): Thin[] {
  return bar
    .filter((line) => line.by === "interval" && (line.metric in quality || line.slice !== null))
    .flatMap((line) => [
      ...(line.slice === null ? [judged("all rows", n, line, line.metric, quality[line.metric])] : []),
      ...slices
        .filter((slice) => line.slice === null || slice.name === line.slice)
        .map((slice) => {
          const metric = line.metric === "accuracy" && !("accuracy" in slice.quality) ? "recall" : line.metric;
          return judged(slice.name, slice.n, line, metric, slice.quality[metric]);
        }),
    ])
    .filter((found) => found !== null)
    .sort((a, b) => a.n - b.n || (a.slice < b.slice ? -1 : 1));
}

function judged(slice: string, n: number, line: BarLine, metric: string, figure: Estimate | undefined): Thin | null {
  if (figure === undefined) return null;
  const side = line.sense === "at_least" ? "at least" : "at most";
  const { verdict, enough } = againstBar(figure, { limit: line.limit, side });
  if (verdict !== "too small to tell") return null;
  const wanted = isKnown(figure) && shares.has(metric) ? enoughForBar(figure.value, line.limit) : enough;
  const more = wanted === undefined || !Number.isFinite(wanted) ? null : Math.max(1, wanted - n);
  return { slice, n, line: printBarLine(line), figure, more };
}
