import type { Engine } from "../../engine/port.ts";
import { type Graph, quantise, smallest } from "../../graph/index.ts";
import type { Feeds } from "../../predict/feeds.ts";
import { calibrated } from "./calibrate.ts";
import { divergence, saidBy } from "./divergence.ts";
import { specs } from "./specs.ts";

/**
 * The share of int4's divergence that is borne. A share, as divergence on rows that a model was trained on is smaller than
 * elsewhere, by much or little as it has learnt them by heart; it grows with the square of the error, so that a quarter of it is
 * half the error.
 */
const BORNE = 0.25;

/** The smallest model with each weight in 8 or in 4 bits that diverges from its parent by a quarter of what 4 bits throughout do. */
export async function mixed(
  graph: Graph,
  runs: readonly Feeds[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<Graph> {
  const spec = await calibrated(graph, specs.int4, runs, engine, { signal });
  const parent = await saidBy(graph, runs, engine, signal);
  const damage = async (child: Graph): Promise<number> => divergence(parent, await saidBy(child, runs, engine, signal));
  const limit = BORNE * (await damage(quantise(graph, spec).graph));
  const { best } = await smallest(graph, {
    spec: { ...spec, to: specs.int8.to },
    forms: [specs.int4.to],
    damage,
    limit,
    points: 0,
  });
  return quantise(graph, { ...spec, to: specs.int8.to, nodes: best?.nodes ?? [] }).graph;
}
