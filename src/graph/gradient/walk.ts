import { Fault } from "../../base/fault.ts";
import type { Builder } from "../build.ts";
import { type Node, printFact, type Value } from "../ir.ts";
import { isFloat } from "../shape/call.ts";
import type { Adjoint, GradientRow } from "./rule.ts";
import { unbroadcast, zerosLike } from "./shapes.ts";
import { gradients } from "./table.ts";

/**
 * Reverse-mode differentiation. Adds to the builder the nodes that compute the gradient of `of` (a scalar, or with
 * `seed` any value and the cotangent it is to have) in each of `wrt`, and returns these gradients in order, each of the
 * shape of its value.
 *
 * One walk over the nodes in reverse: where several paths meet, cotangents add; where an input was broadcast, its
 * cotangent is summed back to its shape here, so that no rule has to. With `seen`, rules are given another node in place
 * of the one that is walked over.
 */
export function gradient(b: Builder, of: Value, wrt: readonly Value[], seed?: Value, seen?: Seen): Value[] {
  const nodes = [...b.nodes];
  const live = dependents(nodes, wrt);
  const cotangents = new Map<Value, Value>();
  cotangents.set(of, seed ?? one(b, of));
  for (const node of nodes.reverse()) {
    if (
      node.outputs.some((v) => v !== undefined && cotangents.has(v)) &&
      node.outputs.some((v) => v !== undefined && live.has(v))
    ) {
      const cotangent = cotangents.get(node.outputs.find((v) => v !== undefined && cotangents.has(v))!)!;
      step(b, node, seen?.(node, cotangent) ?? node, live, cotangents);
    }
  }
  return wrt.map((v) => cotangents.get(v) ?? zerosLike(b, v));
}

/**
 * The node as its rule is to see it, one that gives the same values: made once more, say. `cotangent` is one of its
 * outputs'; nodes are asked for in the order of the walk.
 */
export type Seen = (node: Node, cotangent: Value) => Node;

function one(b: Builder, of: Value): Value {
  if (of.dims.length !== 0) {
    throw new Fault("graph/no-gradient", {
      what: `"${of.name}" is ${printFact(of)}, and only a scalar has a gradient`,
      remedy: "reduce it to one number",
    });
  }
  return b.scalar(1, of.type as "float32" | "float64");
}

/** All values that change when one of `roots` does. */
function dependents(nodes: readonly Node[], roots: readonly Value[]): Set<Value> {
  const live = new Set(roots);
  for (const node of nodes) {
    if (!node.inputs.some((v) => v !== undefined && live.has(v))) continue;
    for (const v of node.outputs) if (v !== undefined) live.add(v);
  }
  return live;
}

function step(b: Builder, node: Node, seen: Node, live: ReadonlySet<Value>, cotangents: Map<Value, Value>): void {
  const row: GradientRow = gradients[node.op];
  if (typeof row !== "function") {
    if ("none" in row) return;
    throw new Fault("graph/no-gradient", {
      what: `no gradient flows through ${node.op}`,
      where: `"${node.outputs[0]?.name}"`,
      why: row.refused,
    });
  }
  const all = node.outputs.map((v) => (v === undefined ? undefined : cotangents.get(v)));
  const pulled = row(adjoint(b, seen, all));
  node.inputs.forEach((x, i) => {
    const make = pulled[i];
    if (x === undefined || make === undefined || !live.has(x) || !isFloat(x.type)) return;
    const g = unbroadcast(b, make(), seen.inputs[i]!);
    const before = cotangents.get(x);
    cotangents.set(x, before === undefined ? g : b.op("Add", [before, g]));
  });
}

function adjoint(b: Builder, node: Node, all: readonly (Value | undefined)[]): Adjoint {
  const y = node.outputs[0]!;
  return {
    b,
    node,
    y,
    cotangents: all,
    get dy() {
      return all[0] ?? zerosLike(b, y);
    },
    x: (i) => {
      const x = node.inputs[i];
      if (x === undefined) throw new Fault("graph/arity", { what: `${node.op} lacks its input ${i}` });
      return x;
    },
    k: (value) => b.scalar(value, node.inputs[0]?.type as "float32" | "float64"),
  };
}
