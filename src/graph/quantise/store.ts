import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { simplify } from "../rewrite/simplify.ts";
import { recurrences } from "./site.ts";

/** How a weight is read: rows picked from a table, or whole, with one scale for each place along the channel axis. */
export type Use = { readonly kind: "table" } | { readonly kind: "whole"; readonly channel: number };

/** A weight in its small form, in two ways of getting float32 back. */
export interface Stored {
  /** The whole weight. */
  readonly whole: (b: Builder) => Value;
  /** Of the rows that a Gather picks, so that the table stays small in memory too. */
  readonly rows: (b: Builder, indices: Value) => Value;
}

/** Puts a weight into its small form; undefined leaves it as it is. */
export type Store = (b: Builder, weight: Initialiser, use: Use) => Stored | undefined;

/** Every float32 initialiser that `store` takes is kept small, with its float32 form computed where it is read. */
export function storeWeights(graph: Graph, store: Store): Graph {
  const uses = usesOf(graph);
  const b = builder(graph.name);
  const standing: Standing = new Map();
  const stored = new Map<Value, Stored>();
  for (const v of graph.inputs) standing.set(v, b.input(v.name, v.type, v.dims));
  for (const v of graph.initialisers) {
    const use = v.type === "float32" ? uses.get(v) : undefined;
    const small = use === undefined ? undefined : store(b, v, use);
    if (small === undefined || use === undefined) copyInitialiser(b, v, standing);
    else if (use.kind === "table") stored.set(v, small);
    else standing.set(v, small.whole(b));
  }
  for (const node of graph.nodes) {
    const table = node.op === "Gather" ? stored.get(node.inputs[0]!) : undefined;
    if (table !== undefined) standing.set(node.outputs[0]!, table.rows(b, standing.get(node.inputs[1]!)!));
    else copyNode(b, node, standing);
  }
  for (const v of graph.outputs) b.output(v.name, standing.get(v)!);
  return check(simplify(b.finish()));
}

/** How each initialiser is used; a table that is also read otherwise counts as whole. */
function usesOf(graph: Graph): Map<Value, Use> {
  const uses = new Map<Value, Use>();
  for (const node of graph.nodes) {
    node.inputs.forEach((v, i) => {
      if (v?.tensor === undefined) return;
      const use = useAt(node, i, v);
      const before = uses.get(v);
      uses.set(v, before === undefined || before.kind === "table" ? use : before);
    });
  }
  return uses;
}

function useAt(node: Node, i: number, v: Value): Use {
  const rank = v.dims.length;
  if (node.op === "Gather" && i === 0 && node.attributes.axis === 0 && rank >= 2) return { kind: "table" };
  if (node.op === "Conv" || (node.op === "Gemm" && node.attributes.transB === 1)) return { kind: "whole", channel: 0 };
  // Of the directions, gates and inputs of a recurrence, the gates: each has a scale.
  if (recurrences.has(node.op) && rank === 3) return { kind: "whole", channel: 1 };
  return { kind: "whole", channel: rank - 1 };
}
