import type { Node, Value } from "../ir.ts";
import { rewired } from "./rewire.ts";
import { pass } from "./pass.ts";

/**
 * Takes away nodes that change nothing: Identity, Dropout at inference, a Cast to the type that stands there, a
 * Transpose that keeps the order, and of two Transposes in a row the first.
 */
export const removeIdentities = pass("identities", { ensures: ["no identities"] }, (graph) => {
  const ports = new Set(graph.outputs);
  const replaced = new Map<Value, Value>();
  const makers = new Map<Value, Node>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = composed(rewired(original, replaced), makers);
    const [y] = node.outputs;
    if (y !== undefined && !ports.has(y) && changesNothing(node)) {
      replaced.set(y, node.inputs[0]!);
      continue;
    }
    for (const v of node.outputs) if (v !== undefined) makers.set(v, node);
    nodes.push(node);
  }
  return { ...graph, nodes };
});

function changesNothing(node: Node): boolean {
  if (node.op === "Identity") return true;
  if (node.op === "Dropout") return node.inputs[2] === undefined && node.outputs.length === 1;
  if (node.op === "Cast") return node.attributes.to === node.inputs[0]?.type;
  return node.op === "Transpose" && permOf(node).every((p, i) => p === i);
}

function composed(node: Node, makers: ReadonlyMap<Value, Node>): Node {
  if (node.op !== "Transpose") return node;
  const before = makers.get(node.inputs[0]!);
  if (before?.op !== "Transpose") return node;
  const first = permOf(before);
  return { ...node, inputs: before.inputs, attributes: { perm: permOf(node).map((p) => first[p]) } };
}

function permOf(node: Node): readonly number[] {
  const rank = node.outputs[0]?.dims.length ?? 0;
  return (
    (node.attributes.perm as readonly number[] | undefined) ?? Array.from({ length: rank }, (_, i) => rank - 1 - i)
  );
}
