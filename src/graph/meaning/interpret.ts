import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import { type Graph, type Node, printFact, type Value } from "../ir.ts";
import { fromTensor, type NdArray, toTensor } from "./array.ts";
import { meanings } from "./table.ts";

/**
 * The oracle: runs a graph node by node in double precision, slowly and plainly. Floating results are rounded to their
 * type at the end alone; float16 and integers are rounded where a Cast or an operator makes them.
 */
export function interpret(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const results = evaluate(graph, mapRecord(feeds, fromTensor));
  return mapRecord(results, toTensor);
}

/** The same in arrays of doubles, in and out. */
export function evaluate(graph: Graph, feeds: Readonly<Record<string, NdArray>>): Record<string, NdArray> {
  const values = new Map<Value, NdArray>();
  const sizes = new Map<string, number>();
  for (const port of graph.inputs) values.set(port, fed(port, feeds, sizes));
  for (const v of graph.initialisers) values.set(v, fromTensor(v.tensor));
  graph.nodes.forEach((node, i) => {
    const inputs = node.inputs.map((v) => (v === undefined ? undefined : values.get(v)));
    try {
      const outputs = apply(node, inputs);
      node.outputs.forEach((v, k) => v !== undefined && values.set(v, outputs[k]));
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new Fault("graph/run", {
        what: `${node.op} cannot run: ${error instanceof Error ? error.message : String(error)}`,
        where: `node ${i}, "${node.outputs[0]?.name}"`,
        cause: error,
      });
    }
  });
  return Object.fromEntries(graph.outputs.map((v) => [v.name, values.get(v)!]));
}

/** What one node gives. */
export function apply(node: Node, inputs: readonly (NdArray | undefined)[]): readonly NdArray[] {
  return meanings[node.op]({ inputs, attributes: node.attributes, outputs: node.outputs.length, evaluate });
}

function fed(port: Value, feeds: Readonly<Record<string, NdArray>>, sizes: Map<string, number>): NdArray {
  const a = Object.hasOwn(feeds, port.name) ? feeds[port.name] : undefined;
  if (a === undefined)
    throw new Fault("graph/feed", {
      what: `the input "${port.name}" was not fed`,
      remedy: `feed a tensor of ${printFact(port)}`,
    });
  const fits =
    a.type === port.type && a.dims.length === port.dims.length && a.dims.every((d, i) => bind(port.dims[i], d, sizes));
  if (!fits)
    throw new Fault("graph/feed", {
      what: `the input "${port.name}" takes ${printFact(port)} and was fed ${printFact(a)}`,
    });
  return a;
}

/** One name is one size throughout a run. */
function bind(d: number | string, size: number, sizes: Map<string, number>): boolean {
  if (typeof d === "number") return d === size;
  if (!sizes.has(d)) sizes.set(d, size);
  return sizes.get(d) === size;
}

function mapRecord<A, B>(record: Readonly<Record<string, A>>, f: (a: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([k, v]) => [k, f(v)]));
}
