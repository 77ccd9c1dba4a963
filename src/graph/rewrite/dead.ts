import type { Node, Value } from "../ir.ts";
import { pass } from "./pass.ts";

/** Takes away nodes and initialisers that no output reads. Inputs stay: they are the graph's promise. */
export const removeDead = pass("dead nodes", { ensures: ["no dead nodes"] }, (graph) => {
  const live = new Set<Value>(graph.outputs);
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((v) => v !== undefined && live.has(v))) continue;
    kept.push(node);
    for (const v of node.inputs) if (v !== undefined) live.add(v);
  }
  return { ...graph, nodes: kept.reverse(), initialisers: graph.initialisers.filter((v) => live.has(v)) };
});
