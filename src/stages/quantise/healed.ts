import type { Engine } from "../../engine/port.ts";
import { type Graph, quantise } from "../../graph/index.ts";
import { heal } from "../../learn/heal/heal.ts";
import type { Feeds } from "../../predict/feeds.ts";
import { calibrated } from "./calibrate.ts";
import { divergence, saidBy } from "./divergence.ts";
import { specs } from "./specs.ts";

export interface HealedOptions {
  readonly seed: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** The share that is done. */
  readonly progress?: (share: number) => void;
}

/** Runs that are learned from, and of these the ones by whose moments it begins. */
const RUNS = 1_000;
const SEEN = 64;
/** The share of the runs that neither form learns from: the one that diverges less on them is kept. */
const JUDGED = 0.1;

/** About as many steps, however many runs there are, within these numbers of epochs. */
const STEPS = 500;
const EPOCHS = { least: 2, most: 8 } as const;

/**
 * 4 bits throughout, the weights moved until they answer as their parent does; or int4 as it is, where that diverges
 * less on runs that neither has learned from. Of spans it is the scores of tags that are
 * taught: with the steps of the chain, which stay, they decide every answer.
 */
export async function healed(
  graph: Graph,
  runs: readonly Feeds[],
  engine: Engine,
  { seed, threads, signal, progress }: HealedOptions,
): Promise<Graph> {
  const learned = runs.slice(0, RUNS);
  const judged = learned.splice(Math.ceil((1 - JUDGED) * learned.length));
  const epochs = Math.min(EPOCHS.most, Math.max(EPOCHS.least, Math.round(STEPS / Math.max(1, learned.length))));
  const output = graph.outputs.some(({ name }) => name === "logits") ? "logits" : "emissions";
  const spec = await calibrated(graph, specs.int4, learned.slice(0, SEEN), engine, { signal });
  const int4 = quantise(graph, spec).graph;
  // One run cannot be both learned from and judged on.
  if (learned.length < 2) return int4;
  const found = await heal(graph, spec, learned, { engine, output, seed, threads, epochs, signal, progress });
  const small = quantise(found.graph, specs.int4).graph;
  if (judged.length === 0) return small;
  const parent = await saidBy(graph, judged, engine, signal);
  const apart = async (child: Graph): Promise<number> =>
    divergence(parent, await saidBy(child, judged, engine, signal));
  return (await apart(small)) < (await apart(int4)) ? small : int4;
}
