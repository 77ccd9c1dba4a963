import type { Builder } from "../build.ts";
import type { Seen } from "../gradient/walk.ts";
import type { Graph, Node, Value } from "../ir.ts";
import type { Standing } from "../rewrite/copy.ts";
import { type CheckpointOptions, segmentsOf } from "./cuts.ts";
import type { Forward } from "./forward.ts";

/**
 * Gradient checkpointing (Chen et al. 2016): on the way back each segment's nodes are computed once more from what was
 * carried into it, so that between forward and backward nothing else of it is held. The last segment, whose gradients come
 * first, is held as it is.
 *
 * Two things would undo this: a pass that merges equal nodes, and an order of running that computes the copies early. So
 * what a copy reads goes through Where(c, x, x), with c made of the first cotangent that reaches the segment: the value is
 * x whatever c is, but no engine that does not look for this can know it, nor run it before that cotangent is there.
 *
 * Parameters, as the model reads them, are held anyway; copies read them as they are.
 */
export function recomputed(b: Builder, model: Graph, forward: Forward, options: CheckpointOptions): Seen {
  const segments = segmentsOf(model, options).map((part) => part.flatMap((node) => forward.nodes.get(node) ?? []));
  const fixed = new Set([...forward.stored, ...forward.reads.map((read) => read.value)]);
  const segmentOf = new Map<Node, number>();
  segments.slice(0, -1).forEach((nodes, i) => {
    for (const node of nodes) segmentOf.set(node, i);
  });
  const copies = new Map<number, ReadonlyMap<Node, Node>>();
  return (node, cotangent) => {
    const segment = segmentOf.get(node);
    if (segment === undefined) return node;
    const known = copies.get(segment) ?? copied(b, segments[segment], fixed, cotangent);
    copies.set(segment, known);
    return known.get(node) ?? node;
  };
}

/** Copies of all nodes that depend on something carried into the segment; those that nothing reads are dropped later. */
function copied(
  b: Builder,
  nodes: readonly Node[],
  fixed: ReadonlySet<Value>,
  cotangent: Value,
): ReadonlyMap<Node, Node> {
  const first = b.op("Gather", [b.op("Reshape", [cotangent, b.ints([-1])]), b.scalar(0, "int64")]);
  const condition = b.op("IsNaN", [first]);
  const inside = new Set(nodes.flatMap((node) => node.outputs));
  const standing: Standing = new Map();
  const copies = new Map<Node, Node>();
  for (const node of nodes) {
    for (const v of node.inputs) {
      if (v === undefined || inside.has(v) || standing.has(v) || fixed.has(v) || isHeld(v)) continue;
      standing.set(v, b.op("Where", [condition, v, v]));
    }
    if (!node.inputs.some((v) => v !== undefined && standing.has(v))) continue;
    const inputs = node.inputs.map((v) => (v === undefined ? undefined : (standing.get(v) ?? v)));
    const made = b.ops(node.op, inputs, node.attributes, node.outputs.length);
    node.outputs.forEach((v, i) => v !== undefined && standing.set(v, made[i]));
    copies.set(node, b.nodes[b.nodes.length - 1]);
  }
  return copies;
}

/** Constants, and what takes little memory: shapes, truths and bytes, between which engines have no Where. */
function isHeld(v: Value): boolean {
  return v.tensor !== undefined || v.type === "bool" || v.type === "int8" || (v.type === "int64" && v.dims.length <= 1);
}
