import { calibrationOf } from "../../engine/calibration.ts";
import { type Graph, needsOf, type QuantiseSpec } from "../../graph/index.ts";
import { rounded } from "../../graph/quantise/rounded.ts";
import type { RunSettings } from "./divergence.ts";
import type { Feeds } from "./tables.ts";

/** Batches whose inputs of products are summed up: their second moments change little with more. */
const SEEN = 32;

/**
 * The parent with the weights of its products where GPTQ leaves them: closer to an answer than where they were. Moments that
 * come with the spec are taken as they are, some products' or all.
 */
export async function roundedStart(
  parent: Graph,
  spec: QuantiseSpec,
  batches: readonly Feeds[],
  { engine, threads, signal }: RunSettings,
): Promise<Graph> {
  const asked: QuantiseSpec = { ...spec, rounding: "gptq" };
  if (spec.calibration?.moments !== undefined) return rounded(parent, asked);
  const needs = needsOf(parent, asked);
  if (needs.moments.length === 0) return parent;
  const seen = await calibrationOf(engine, parent, needs, batches.slice(0, SEEN), { signal, intraOpThreads: threads });
  return rounded(parent, { ...asked, calibration: { ...spec.calibration, ...seen } });
}
