import { kindOf } from "../../kinds/table.ts";
import type { BarLine, KindName } from "../../record/task.ts";

/** What a bar line may speak of: the unit its limit is written in and the direction in which it is a limit. */
export interface Metric {
  readonly unit: "share" | "ms" | "bytes";
  readonly sense: BarLine["sense"];
  /** Who decides when nothing is said: a figure from rows has an interval, a size has none. */
  readonly by: BarLine["by"];
}

const costs: Readonly<Record<string, Metric>> = {
  latency_p50_ms: { unit: "ms", sense: "at_most", by: "estimate" },
  latency_p95_ms: { unit: "ms", sense: "at_most", by: "estimate" },
  latency_p99_ms: { unit: "ms", sense: "at_most", by: "estimate" },
  size_bytes: { unit: "bytes", sense: "at_most", by: "estimate" },
  peak_memory_bytes: { unit: "bytes", sense: "at_most", by: "estimate" },
};

/** Every metric that a task of this kind can be held to: the kind's quality figures, then the costs. */
export function metricsOf(kind: KindName): Readonly<Record<string, Metric>> {
  const quality = Object.entries(kindOf(kind).metrics).map(([name, better]): [string, Metric] => [
    name,
    { unit: "share", sense: better === "higher" ? "at_least" : "at_most", by: "interval" },
  ]);
  return { ...Object.fromEntries(quality), ...costs };
}
