import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import { recurrences, type Site } from "./site.ts";

/**
 * Who reads each weight beside its sites, by operator: of those the weight has to stay as it is, whatever stands for it at its
 * sites. A Transpose whose every reader is a site of the weight does not count.
 */
export function wholeReaders(graph: Graph, sites: readonly Site[]): ReadonlyMap<Initialiser, readonly string[]> {
  const atSite = new Map<Node, Set<Initialiser>>();
  for (const { node, weight } of sites) atSite.set(node, (atSite.get(node) ?? new Set()).add(weight));
  const weights = new Set<Value>(sites.map((s) => s.weight));
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes)
    for (const v of new Set(node.inputs)) if (v !== undefined) readers.set(v, [...(readers.get(v) ?? []), node]);
  const outputs = new Set(graph.outputs);
  const whole = new Map<Initialiser, string[]>();
  for (const weight of weights as ReadonlySet<Initialiser>) {
    const others = (readers.get(weight) ?? []).filter((node) => {
      if (atSite.get(node)?.has(weight) === true) return !onlyAsWeight(node, weight);
      const [turned] = node.outputs;
      if (node.op !== "Transpose" || turned === undefined || outputs.has(turned)) return true;
      return !(readers.get(turned) ?? []).every(
        (reader) => atSite.get(reader)?.has(weight) && reader.inputs[0] !== turned,
      );
    });
    const names = [...new Set(others.map((node) => node.op)), ...(outputs.has(weight) ? ["an output"] : [])];
    if (names.length > 0) whole.set(weight, names);
  }
  return whole;
}

/** Does the node read the weight nowhere but where a site does? */
function onlyAsWeight({ op, inputs }: Node, weight: Initialiser): boolean {
  return inputs.every((v, i) => v !== weight || i === (op === "Gather" ? 0 : 1) || (recurrences.has(op) && i === 2));
}
