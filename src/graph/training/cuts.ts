import { bytesPerElement } from "../../base/tensor.ts";
import { Fault } from "../../base/fault.ts";
import type { Dim } from "../dim.ts";
import type { Graph, Node, Value } from "../ir.ts";
import { matching } from "../pattern.ts";

/** Where the forward part is cut: into so many segments, or after the values that patterns name. */
export type CheckpointOptions = { readonly segments: number } | { readonly at: readonly string[] };

/**
 * The model's nodes in segments, in order. Into so many: each of about as many bytes of outputs as the others, cut where
 * the least is carried over, which in a transformer is between its layers.
 */
export function segmentsOf(model: Graph, options: CheckpointOptions): Node[][] {
  const cuts = "at" in options ? namedCuts(model, options.at) : evenCuts(model, options.segments);
  const bounds = [0, ...cuts, model.nodes.length];
  return bounds.slice(1).map((end, i) => model.nodes.slice(bounds[i], end));
}

function namedCuts(model: Graph, patterns: readonly string[]): number[] {
  const made = model.nodes.flatMap((node, i) =>
    node.outputs.flatMap((v) => (v ? [{ name: v.name, after: i + 1 }] : [])),
  );
  const found = matching(patterns, made, {
    code: "graph/checkpoint",
    what: (pattern) => `no value that the model computes is named "${pattern}"`,
  });
  return [...new Set([...found].map((v) => v.after))].filter((at) => at < model.nodes.length).sort((p, q) => p - q);
}

function evenCuts(model: Graph, segments: number): number[] {
  if (!Number.isSafeInteger(segments) || segments < 2 || segments > model.nodes.length) {
    throw new Fault("graph/checkpoint", {
      what: `a model of ${model.nodes.length} nodes is not cut into ${segments} segments`,
      remedy: "give a whole number from 2, such as the number of its layers",
    });
  }
  const made = [0];
  for (const { outputs } of model.nodes) made.push(made[made.length - 1] + sum(outputs));
  const total = made[made.length - 1];
  const over = carried(model);
  const cuts: number[] = [];
  for (let i = 1; i < segments; i++) {
    const ideal = (i * total) / segments;
    const off = (at: number): number => Math.abs(made[at] - ideal);
    let best: number | undefined;
    for (let at = (cuts.at(-1) ?? 0) + 1; at < model.nodes.length; at++) {
      if (off(at) > total / segments / 2) continue;
      const less = best === undefined ? -1 : over[at] - over[best];
      if (less < 0 || (less === 0 && off(at) < off(best!))) best = at;
    }
    if (best !== undefined) cuts.push(best);
  }
  return cuts;
}

/** Bytes that are made before each place and read after it. */
function carried(model: Graph): number[] {
  const last = new Map<Value, number>();
  model.nodes.forEach((node, i) => {
    for (const v of node.inputs) if (v !== undefined) last.set(v, i);
  });
  const ends = new Float64Array(model.nodes.length + 1);
  let now = 0;
  const over = [0];
  model.nodes.forEach((node, i) => {
    for (const v of node.outputs) {
      const until = v === undefined ? undefined : last.get(v);
      if (until === undefined) continue;
      now += bytes(v!);
      ends[until] += bytes(v!);
    }
    now -= ends[i];
    over.push(now);
  });
  return over;
}

const sum = (values: readonly (Value | undefined)[]): number =>
  values.reduce((n, v) => n + (v === undefined ? 0 : bytes(v)), 0);

function bytes(v: Value): number {
  return v.dims.reduce<number>((n, d) => n * length(d), bytesPerElement[v.type]);
}

/** What stands in for a length that is a name, or for a product of names. */
function length(d: Dim): number {
  return typeof d === "number" ? d : 32 ** d.split("*").length;
}
