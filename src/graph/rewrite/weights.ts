import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import { check } from "../check.ts";
import type { Graph, Initialiser, Value } from "../ir.ts";
import { rewired } from "./rewire.ts";

/** The same graph with other values in some of its parameters; all names stay. */
export function withWeights(graph: Graph, weights: ReadonlyMap<string, Tensor>): Graph {
  const replaced = new Map<Value, Value>();
  const initialisers = graph.initialisers.map((v): Initialiser => {
    const given = weights.get(v.name);
    if (given === undefined || given === v.tensor) return v;
    if (given.type !== v.type || given.dims.join() !== v.dims.join()) {
      throw new Fault("graph/parameter", {
        what: `"${v.name}" is ${v.type}[${v.dims.join(", ")}] and was given ${given.type}[${given.dims.join(", ")}]`,
      });
    }
    const made = { ...v, tensor: given };
    replaced.set(v, made);
    return made;
  });
  return check({ ...graph, initialisers, nodes: graph.nodes.map((node) => rewired(node, replaced)) });
}
