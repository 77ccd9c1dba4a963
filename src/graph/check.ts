import { Fault } from "../base/fault.ts";
import { completeAttributes, infer } from "./infer.ts";
import { isUnknown } from "./dim.ts";
import { type Fact, type Graph, isGraph, printFact, type Value } from "./ir.ts";

/** Holds a graph to the invariants of `ir.ts`; returns it. Every pass and every reader ends here. */
export function check(graph: Graph): Graph {
  const names = new Set<string>();
  const made = new Set<Value>();
  const where = (what: string): string => `graph ${graph.name}, ${what}`;

  function make(value: Value, what: string): void {
    if (made.has(value))
      throw new Fault("graph/made-twice", { what: `"${value.name}" is made twice`, where: where(what) });
    if (names.has(value.name))
      throw new Fault("graph/name", { what: `the name "${value.name}" stands twice`, where: where(what) });
    made.add(value);
    names.add(value.name);
  }

  for (const v of graph.inputs) make(v, "inputs");
  for (const v of graph.initialisers) {
    make(v, "initialisers");
    if (v.type !== v.tensor.type || v.dims.join() !== v.tensor.dims.join()) {
      throw new Fault("graph/type", { what: `"${v.name}" says ${printFact(v)} and holds ${printFact(v.tensor)}` });
    }
  }
  const sources = new Set(made);
  const bodies: [Graph, string][] = [];
  graph.nodes.forEach((node, at) => {
    const place = `node ${at} (${node.op})`;
    for (const v of node.inputs) {
      if (v !== undefined && !made.has(v))
        throw new Fault("graph/wiring", { what: `"${v.name}" is read before it is made`, where: where(place) });
    }
    completeAttributes(node.op, node.attributes);
    for (const value of Object.values(node.attributes)) if (isGraph(value)) bodies.push([value, place]);
    let unknowns = 0;
    const facts = infer(node.op, node.inputs, node.attributes, node.outputs.length, () => `?${unknowns++}`);
    node.outputs.forEach((v, i) => {
      if (v === undefined) return;
      if (!agrees(v, facts[i])) {
        throw new Fault("graph/type", {
          what: `"${v.name}" says ${printFact(v)}, and ${node.op} gives ${printFact(facts[i])}`,
          where: where(place),
        });
      }
      make(v, place);
    });
  });
  for (const v of graph.outputs) {
    if (!made.has(v) || sources.has(v)) {
      throw new Fault("graph/output", {
        what: `the output "${v.name}" is not computed by the graph`,
        where: where("outputs"),
        remedy: "pass it through an Identity",
      });
    }
  }
  // On the wire a body sees the names of the graph around it; but for what it captures, its own are others.
  for (const [body, place] of bodies) {
    check(body);
    for (const v of [...body.initialisers, ...body.nodes.flatMap((n) => n.outputs)])
      if (v !== undefined && names.has(v.name))
        throw new Fault("graph/name", { what: `the name "${v.name}" stands twice`, where: where(`${place}, body`) });
  }
  return graph;
}

/** The same type and dims; a dimension about which one side knows nothing agrees with any. */
function agrees(a: Fact, b: Fact): boolean {
  if (a.type !== b.type || a.dims.length !== b.dims.length) return false;
  return a.dims.every((d, i) => d === b.dims[i] || isUnknown(d) || isUnknown(b.dims[i]));
}
