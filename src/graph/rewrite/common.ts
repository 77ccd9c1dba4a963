import { sha256 } from "../../base/hash.ts";
import { bytesOf, type Tensor } from "../../base/tensor.ts";
import { isGraph, isTensor, type Node, type Value } from "../ir.ts";
import { print } from "../text/print.ts";
import { rewired } from "./rewire.ts";
import { pass } from "./pass.ts";

/** Common subexpressions: of two nodes that say the same, the first stays. All operators are functions of their inputs. */
export const mergeCommon = pass("common subexpressions", { ensures: ["no equal nodes"] }, (graph) => {
  const numbers = new Map<Value, number>();
  const number = (v: Value): number => numbers.get(v) ?? (numbers.set(v, numbers.size), numbers.size - 1);
  const ports = new Set(graph.outputs);
  const seen = new Map<string, Node>();
  const replaced = new Map<Value, Value>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = rewired(original, replaced);
    const inputs = node.inputs.map((v) => (v === undefined ? "-" : number(v))).join();
    const key = `${node.op}(${inputs})${attributesKey(node)}x${node.outputs.length}`;
    const first = seen.get(key);
    if (first !== undefined && !node.outputs.some((v) => v !== undefined && ports.has(v))) {
      node.outputs.forEach((v, i) => {
        if (v !== undefined) replaced.set(v, first.outputs[i]!);
      });
      continue;
    }
    if (first === undefined) seen.set(key, node);
    nodes.push(node);
  }
  return { ...graph, nodes };
});

function attributesKey(node: Node): string {
  return JSON.stringify(
    Object.entries(node.attributes).map(([k, v]) => [k, isTensor(v) ? tensorKey(v) : isGraph(v) ? print(v) : v]),
  );
}

function tensorKey(t: Tensor): string {
  return `${t.type}[${t.dims.join()}]${sha256(bytesOf(t.data))}`;
}
