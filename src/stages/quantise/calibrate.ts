import { calibrationOf } from "../../engine/calibration.ts";
import type { Engine } from "../../engine/port.ts";
import { type Graph, needsOf, type QuantiseSpec } from "../../graph/index.ts";
import { sitesOf } from "../../graph/quantise/site.ts";
import { filled, prepared } from "../../graph/quantise/spec.ts";
import type { Feeds } from "../../predict/feeds.ts";

/**
 * Multiplications that rounding by moments may take for one model: K²·rows for a product of K inner columns, and K³/6 for
 * the factor. About 20 s of one core.
 */
const MOST_STEPS = 8e9;

/**
 * The spec with what its rounding needs to have seen, from these runs. Where rounding every product by its moments would take
 * too long, the products that take least have them; the others are rounded by `mse`, which is what `gptq` is without.
 */
export async function calibrated(
  graph: Graph,
  spec: QuantiseSpec,
  runs: readonly Feeds[],
  engine: Engine,
  { most = MOST_STEPS, signal }: { readonly most?: number; readonly signal?: AbortSignal } = {},
): Promise<QuantiseSpec> {
  const moments = affordable(graph, spec, most);
  if (moments.length === 0 || runs.length === 0) return { ...spec, rounding: "mse" };
  const needs = { histograms: [], moments };
  return { ...spec, rounding: "gptq", calibration: await calibrationOf(engine, graph, needs, runs, { signal }) };
}

function affordable(graph: Graph, spec: QuantiseSpec, most: number): string[] {
  const asked = { ...spec, rounding: "gptq" as const };
  const wanted = new Set(needsOf(graph, asked).moments);
  const steps = new Map<string, number>();
  for (const { kind, data, weight, channel } of sitesOf(prepared(graph, filled(asked)))) {
    if (kind !== "product" || !wanted.has(data.name)) continue;
    const rows = weight.dims[channel] as number;
    const k = weight.tensor.data.length / rows;
    steps.set(data.name, (steps.get(data.name) ?? k ** 3 / 6) + k * k * rows);
  }
  let left = most;
  return [...steps].sort(([, a], [, b]) => a - b).flatMap(([name, count]) => ((left -= count) >= 0 ? [name] : []));
}
