import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { BarLine, KindName } from "../../record/task.ts";
import { limitForms, parseLimit } from "./limit.ts";
import { metricsOf } from "./metrics.ts";

/** What a task is held to when nobody said. */
export function defaultBar(kind: KindName): readonly BarLine[] {
  return [...quality[kind].map((line): BarLine => ({ ...line, slice: null, by: "interval" })), ...costs];
}

/** What the kind is for: the answer right, the field found and right, nothing left over. */
const quality = {
  classify: [{ metric: "accuracy", sense: "at_least", limit: 0.8 }],
  extract: [{ metric: "span_f1", sense: "at_least", limit: 0.8 }],
  redact: [{ metric: "leak_documents", sense: "at_most", limit: 0.1 }],
} as const satisfies Record<KindName, readonly Pick<BarLine, "metric" | "sense" | "limit">[]>;

const costs: readonly BarLine[] = [
  { metric: "latency_p95_ms", slice: null, sense: "at_most", limit: 50, by: "estimate" },
  { metric: "size_bytes", slice: null, sense: "at_most", limit: 20e6, by: "estimate" },
  { metric: "peak_memory_bytes", slice: null, sense: "at_most", limit: 1e9, by: "estimate" },
];

/** A bar line as whittle.yaml writes it: one of at_least and at_most, the rest where it differs from what goes without saying. */
export interface WrittenBarLine {
  readonly metric: string;
  readonly slice?: string | undefined;
  readonly at_least?: string | number | undefined;
  readonly at_most?: string | number | undefined;
  readonly by?: BarLine["by"] | undefined;
}

/** Checks a written line against the metrics of the kind. `where` names the place in a fault. */
export function barLine(written: WrittenBarLine, kind: KindName, where: string): BarLine {
  const metrics = metricsOf(kind);
  if (!Object.hasOwn(metrics, written.metric)) throw unknownMetric(written.metric, Object.keys(metrics), where);
  const { unit, sense, by } = metrics[written.metric];
  const other = sense === "at_least" ? "at_most" : "at_least";
  const limit = written[sense];
  if (limit === undefined || written[other] !== undefined) {
    throw new Fault("task/bar", {
      what: `the bar line of ${written.metric} needs ${sense} and nothing else as its limit`,
      where,
      why: `${written.metric} is better when it is ${sense === "at_least" ? "higher" : "lower"}`,
      remedy: `write {metric: ${written.metric}, ${sense}: …}`,
    });
  }
  const value = parseLimit(limit, unit);
  if (value === null) {
    throw new Fault("task/bar", {
      what: `"${String(limit).slice(0, 40)}" is no limit for ${written.metric}`,
      where,
      remedy: `write ${limitForms[unit]}`,
    });
  }
  if (written.slice !== undefined && unit !== "share") {
    throw new Fault("task/bar", {
      what: `${written.metric} has no slices`,
      where,
      why: "a model has one size and one speed, whatever the rows",
      remedy: "leave slice out",
    });
  }
  return { metric: written.metric, slice: written.slice ?? null, sense, limit: value, by: written.by ?? by };
}

/** A bar line as the command line writes it: "accuracy=0.88", "size_bytes=20MB". */
export function parseBarFlag(flag: string, kind: KindName = "classify"): BarLine {
  const where = `--bar ${flag.slice(0, 80)}`;
  const at = flag.indexOf("=");
  if (at === -1) {
    throw new Fault("task/bar", {
      what: "a bar line needs a metric and a limit",
      where,
      remedy: "write it as metric=limit, such as --bar accuracy=0.88",
    });
  }
  const metric = flag.slice(0, at).trim();
  const limit = flag.slice(at + 1).trim();
  const metrics = metricsOf(kind);
  const sense = Object.hasOwn(metrics, metric) ? metrics[metric].sense : "at_least";
  return barLine({ metric, [sense]: limit }, kind, where);
}

function unknownMetric(metric: string, known: readonly string[], where: string): Fault {
  const near = nearest(metric, known);
  return new Fault("task/bar", {
    what: `there is no metric "${metric.slice(0, 80)}"`,
    where,
    why: `a task of this kind is held to ${known.join(", ")}`,
    remedy: near === undefined ? "name one of these" : `did you mean ${near}?`,
  });
}
