import type { BarVerdict } from "../../record/decision.ts";
import type { Evaluation, Footprint } from "../../record/evaluation.ts";
import { printBytes } from "../../base/print.ts";
import { type BarLine, printBarLine } from "../../record/task.ts";
import { isKnown, printEstimate, undetermined, type Estimate } from "../../stats/estimate.ts";
import { enoughToDecide } from "../../stats/compare.ts";

/** Every line of the bar against what was measured. A figure that could not be determined holds nothing. */
export function verdicts(bar: readonly BarLine[], evaluation: Evaluation, footprint: Footprint): BarVerdict[] {
  return bar.map((line) => verdict(line, figureOf(line, evaluation, footprint)));
}

/** The estimate that a bar line speaks of. */
export function figureOf(line: BarLine, evaluation: Evaluation, footprint: Footprint): Estimate {
  const latency = /^latency_(p50|p95|p99)_ms$/.exec(line.metric);
  if (latency !== null) return footprint.latency_ms[latency[1] as "p50" | "p95" | "p99"];
  if (line.metric === "size_bytes") return exactly(footprint.size_bytes, "bytes of the parts");
  if (line.metric === "peak_memory_bytes") {
    return footprint.peak_memory_bytes === null
      ? undetermined("peak memory could not be measured here", 0)
      : exactly(footprint.peak_memory_bytes, "peak resident set");
  }
  if (line.slice === null) return evaluation.quality[line.metric] ?? undetermined(`no figure "${line.metric}"`, 0);
  const slice = evaluation.slices.find((s) => s.name === line.slice);
  if (slice === undefined) return undetermined(`no row is in the slice ${line.slice}`, 0);
  return slice.quality[line.metric] ?? undetermined(`no figure "${line.metric}" on the slice ${line.slice}`, slice.n);
}

function exactly(value: number, method: string): Estimate {
  return { value, low: value, high: value, n: 1, level: 1, method };
}

function verdict(line: BarLine, figure: Estimate): BarVerdict {
  const printed = { line: printBarLine(line), figure: printFigure(line.metric, figure) };
  if (!isKnown(figure)) return { ...printed, verdict: "undetermined", margin: null, enough: null };
  const atLeast = line.sense === "at_least";
  const compared = line.by === "estimate" ? figure.value : atLeast ? figure.low : figure.high;
  const margin = (atLeast ? compared - line.limit : line.limit - compared) / Math.max(Math.abs(line.limit), 1e-12);
  const held = margin >= 0;
  const estimateHolds = atLeast ? figure.value > line.limit : figure.value < line.limit;
  const enough = !held && estimateHolds && line.by === "interval" ? (enoughToDecide(figure, line.limit) ?? null) : null;
  return { ...printed, verdict: held ? "held" : "missed", margin, enough };
}

function printFigure(metric: string, figure: Estimate): string {
  if (isKnown(figure) && figure.level === 1) return printBytes(figure.value);
  return printEstimate(figure, metric.endsWith("_ms") ? 2 : 3);
}
