import type { Engine } from "../../engine/port.ts";
import { fromOnnx, type Graph, quantise as quantised, toOnnx } from "../../graph/index.ts";
import { planOf } from "../../graph/quantise/plan.ts";
import { filled, prepared } from "../../graph/quantise/spec.ts";
import { feedsOf, type Feeds } from "../../predict/feeds.ts";
import type { Candidate } from "../../record/candidate.ts";
import { manifestSchema } from "../../record/manifest.ts";
import { type Precision, precisions } from "../../record/recipe.ts";
import type { Blobs } from "../../store/port.ts";
import { calibrated } from "./calibrate.ts";
import { healed } from "./healed.ts";
import { mixed } from "./mixed.ts";
import { isCalibrated } from "./sample.ts";
import { specs } from "./specs.ts";

export { calibrated } from "./calibrate.ts";
export { divergence, type Said, saidBy } from "./divergence.ts";
export { calibrationSample, isCalibrated } from "./sample.ts";

const GRAPH = "model.onnx";

export interface QuantiseContext {
  readonly blobs: Blobs;
  readonly engine: Engine;
  /** `calibrationSample` of the texts that the candidate was trained on. */
  readonly sample: readonly string[];
  readonly seed: number;
  readonly threads?: number;
  /** The share that is done, of what takes long. */
  readonly progress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The precisions that differ for this candidate: keyword rules have no weights to store smaller; a weight of few
 * columns is none the smaller in 4 bits (it stays int8); and one weight alone cannot be in two forms.
 */
export function precisionsOf({ parts }: Candidate, blobs: Blobs): readonly Precision[] {
  const part = parts.find(({ name }) => name === GRAPH);
  if (part === undefined) return ["fp32"];
  const settings = filled(specs.int4);
  const { nodes } = planOf(prepared(fromOnnx(blobs.get(part.sha256)), settings), settings);
  const weights = new Set(nodes.filter((node) => node.to === specs.int4.to).map((node) => node.site.weight.name));
  if (weights.size === 0) return ["fp32", "fp16", "int8"];
  return weights.size > 1 ? precisions : precisions.filter((precision) => precision !== "mixed");
}

/** Quantise: the same candidate with its graph's weights stored in fewer bits. Every other part stays as it is. */
export async function quantise(
  candidate: Candidate,
  precision: Precision,
  context: QuantiseContext,
): Promise<Candidate> {
  const part = candidate.parts.find(({ name }) => name === GRAPH);
  if (precision === "fp32" || part === undefined) return candidate;
  const { blobs } = context;
  const graph = fromOnnx(blobs.get(part.sha256));
  const runs = isCalibrated(precision) ? runsOf(candidate, context) : [];
  const bytes = toOnnx(await smaller(graph, precision, runs, context));
  const small = { name: GRAPH, sha256: blobs.put(bytes), bytes: bytes.byteLength };
  return { ...candidate, precision, parts: candidate.parts.map((p) => (p === part ? small : p)) };
}

async function smaller(
  graph: Graph,
  precision: Exclude<Precision, "fp32">,
  runs: readonly Feeds[],
  context: QuantiseContext,
): Promise<Graph> {
  const { engine, signal } = context;
  switch (precision) {
    case "fp16":
    case "int8":
      return quantised(graph, specs[precision]).graph;
    case "int4":
      return quantised(graph, await calibrated(graph, specs.int4, runs, engine, { signal })).graph;
    case "mixed":
      return mixed(graph, runs, engine, signal);
    case "healed":
      return healed(graph, runs, engine, context);
  }
}

function runsOf({ parts }: Candidate, { blobs, sample }: QuantiseContext): Feeds[] {
  const bytes = new Map(parts.map(({ name, sha256 }) => [name, blobs.get(sha256)]));
  const manifest = manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytes.get("model.json"))));
  // Few texts are still several runs: some are held back from what is learned from.
  return feedsOf(manifest, bytes, sample, Math.max(1, Math.min(32, Math.floor(sample.length / 8))));
}
