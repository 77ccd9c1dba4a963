import type { Tensor } from "../../base/tensor.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import { constantNames, rewired } from "./rewire.ts";

/** Puts constants in the place of nodes for which `known` knows what they give; those that make ports stay. */
export function replaceKnown(graph: Graph, known: (node: Node) => readonly Tensor[] | undefined): Graph {
  const name = constantNames(graph);
  const ports = new Set(graph.outputs);
  const replaced = new Map<Value, Value>();
  const made: Initialiser[] = [];
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = rewired(original, replaced);
    const tensors = node.outputs.some((v) => v !== undefined && ports.has(v)) ? undefined : known(node);
    if (tensors === undefined) {
      nodes.push(node);
      continue;
    }
    node.outputs.forEach((v, i) => {
      if (v === undefined) return;
      const constant: Initialiser = { ...v, name: name(), tensor: tensors[i] };
      made.push(constant);
      replaced.set(v, constant);
    });
  }
  return { ...graph, nodes, initialisers: [...graph.initialisers, ...made] };
}
