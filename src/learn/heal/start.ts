import {
  type Calibration,
  type Graph,
  needsOf,
  observe,
  type QuantiseSpec,
  tapped,
  toOnnx,
} from "../../graph/index.ts";
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
  const program = await engine.load(toOnnx(tapped(parent, needs)), { thread: "here", intraOpThreads: threads });
  let seen: Calibration = {};
  try {
    for (const feeds of batches.slice(0, SEEN)) seen = observe(seen, needs, await program.run(feeds, { signal }));
  } finally {
    await program.close();
  }
  return rounded(parent, { ...asked, calibration: { ...spec.calibration, ...seen } });
}
