import type { Graph, Node, Value } from "../ir.ts";

/** Reads each value through a map of replacements, to the end of the chain. */
export function resolve(replaced: ReadonlyMap<Value, Value>, value: Value): Value {
  let v = value;
  for (let next = replaced.get(v); next !== undefined; next = replaced.get(v)) v = next;
  return v;
}

/** The node with its inputs read through the replacements; the same object where none is touched. */
export function rewired(node: Node, replaced: ReadonlyMap<Value, Value>): Node {
  if (!node.inputs.some((v) => v !== undefined && replaced.has(v))) return node;
  return { ...node, inputs: node.inputs.map((v) => (v === undefined ? undefined : resolve(replaced, v))) };
}

/** Names for new initialisers, clear of every name of the graph. */
export function constantNames(graph: Graph): () => string {
  const taken = new Set(
    [...graph.inputs, ...graph.initialisers, ...graph.nodes.flatMap((n) => n.outputs)].map((v) => v?.name),
  );
  let n = 0;
  return () => {
    while (taken.has(`constant_${n}`)) n++;
    return `constant_${n++}`;
  };
}
