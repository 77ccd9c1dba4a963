import type { Evaluation } from "../../record/evaluation.ts";
import { type BarLine, printBarLine } from "../../record/task.ts";
import { againstBar } from "../../stats/compare.ts";
import { type Estimate, isKnown } from "../../stats/estimate.ts";
import { enoughForBar } from "../../stats/power.ts";

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
const shares = new Set(["accuracy", "record_exact", "leak_documents"]);

/**
 * Every line of the bar that speaks of quality, against all rows and, where it names no slice, against each slice. On the
 * rows of one label recall is the accuracy of classify. Thinnest first.
 */
export function thin(bar: readonly BarLine[], { kind, n, quality, slices }: Evaluation): Thin[] {
  const isShare = (metric: string): boolean => shares.has(metric) || (metric === "recall" && kind === "classify");
  return bar
    .filter((line) => line.by === "interval" && (line.metric in quality || line.slice !== null))
    .flatMap((line) => [
      ...(line.slice === null ? [judged("all rows", n, line, isShare(line.metric), quality[line.metric])] : []),
      ...slices
        .filter((slice) => line.slice === null || slice.name === line.slice)
        .map((slice) => {
          const metric = line.metric === "accuracy" && !("accuracy" in slice.quality) ? "recall" : line.metric;
          const figure = slice.quality[metric];
          // Spans of one text are not independent: what is wanted more of is texts.
          const texts = kind === "classify" ? slice.n : (figure?.n ?? slice.n);
          return judged(slice.name, texts, line, isShare(metric), figure);
        }),
    ])
    .filter((found) => found !== null)
    .sort((a, b) => a.n - b.n || (a.slice < b.slice ? -1 : 1));
}

function judged(slice: string, n: number, line: BarLine, isShare: boolean, figure: Estimate | undefined): Thin | null {
  if (figure === undefined) return null;
  const side = line.sense === "at_least" ? "at least" : "at most";
  const { verdict, enough } = againstBar(figure, { limit: line.limit, side });
  if (verdict !== "too small to tell") return null;
  const wanted = isKnown(figure) && isShare ? enoughForBar(figure.value, line.limit) : enough;
  const more = wanted === undefined || !Number.isFinite(wanted) ? null : Math.max(1, wanted - n);
  return { slice, n, line: printBarLine(line), figure, more };
}
