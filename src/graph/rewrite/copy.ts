import type { Builder } from "../build.ts";
import { type Initialiser, isConstantName, type Node, type Value } from "../ir.ts";

/** Old values to the new ones that stand for them. */
export type Standing = Map<Value, Value>;

export function copyInitialiser(b: Builder, v: Initialiser, standing: Standing): void {
  standing.set(v, isConstantName(v.name) ? b.constant(v.tensor) : b.parameter(v.name, v.tensor));
}

/** Adds the node to another graph, reading what stands for its inputs. Its outputs get fresh names. */
export function copyNode(b: Builder, node: Node, standing: Standing): void {
  const inputs = node.inputs.map((v) => (v === undefined ? undefined : standing.get(v)));
  const made = b.ops(node.op, inputs, node.attributes, node.outputs.length);
  node.outputs.forEach((v, i) => v !== undefined && standing.set(v, made[i]));
}
