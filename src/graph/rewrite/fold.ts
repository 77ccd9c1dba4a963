import { bytesPerElement, int64, type Tensor } from "../../base/tensor.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import { fromTensor, toTensor } from "../meaning/array.ts";
import { apply } from "../meaning/interpret.ts";
import { constantNames, rewired } from "./rewire.ts";

/** Above this many elements an operator is left to the engine: the oracle is slow. */
const LIMIT = 65_536;

/**
 * Constant folding. A node whose inputs are all constants is run once, here; a shape that inference knows becomes a
 * constant. Nothing is folded that would take more bytes than it reads, so weights stored small stay small.
 */
export function foldConstants(graph: Graph): Graph {
  const name = constantNames(graph);
  const ports = new Set(graph.outputs);
  const replaced = new Map<Value, Value>();
  const made: Initialiser[] = [];
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = rewired(original, replaced);
    const tensors = node.outputs.some((v) => v !== undefined && ports.has(v)) ? undefined : (known(node) ?? run(node));
    if (tensors === undefined) {
      nodes.push(node);
      continue;
    }
    node.outputs.forEach((v, i) => {
      if (v === undefined) return;
      const constant: Initialiser = { ...v, name: name(), tensor: tensors[i] };
      made.push(constant);
      replaced.set(v, constant);
    });
  }
  return { ...graph, nodes, initialisers: [...graph.initialisers, ...made] };
}

/** The elements of an integer vector that shape inference has followed. */
function known(node: Node): Tensor[] | undefined {
  const [y] = node.outputs;
  if (node.outputs.length !== 1 || y?.type !== "int64" || y.dims.length > 1) return undefined;
  if (!y.content?.every((c): c is number => Number.isSafeInteger(c))) return undefined;
  return [int64(y.dims as number[], y.content)];
}

function run(node: Node): Tensor[] | undefined {
  if (!node.inputs.every((v) => v === undefined || v.tensor !== undefined)) return undefined;
  if (node.inputs.some((v) => v?.type === "int64" && !countable(v))) return undefined;
  const sizes = node.outputs.map((v) => (v === undefined ? 0 : bytes(v)));
  const read = node.inputs.reduce((s, v) => s + (v === undefined ? 0 : bytes(v)), 0);
  const written = sizes.reduce((s, n) => s + n, 0);
  if (!(written <= Math.max(read, 64)) || read > LIMIT * 8) return undefined;
  const inputs = node.inputs.map((v) => (v === undefined ? undefined : fromTensor(v.tensor!)));
  return apply(node, inputs).map(toTensor);
}

/** Whole numbers that the oracle's doubles hold exactly. */
function countable(v: Value): boolean {
  return Array.from(v.tensor!.data as BigInt64Array, Number).every(Number.isSafeInteger);
}

/** NaN where a dimension is not a number, which no limit holds. */
function bytes(v: Value): number {
  return v.dims.reduce<number>((n, d) => n * (typeof d === "number" ? d : NaN), bytesPerElement[v.type]);
}
