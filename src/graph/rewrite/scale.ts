import type { Node, Value } from "../ir.ts";
import { pass } from "./pass.ts";

/** Takes a product with a constant number into the Gemm before it (alpha and beta), where nothing else reads that Gemm. */
export const foldScale = pass("factors", { ensures: [] }, (graph) => {
  const readers = new Map<Value, number>();
  for (const v of [...graph.outputs, ...graph.nodes.flatMap((n) => n.inputs)]) {
    if (v !== undefined) readers.set(v, (readers.get(v) ?? 0) + 1);
  }
  const makers = new Map<Value, Node>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const scaled = node.op === "Mul" ? gemmTimes(node, makers, readers) : undefined;
    const kept = scaled ?? node;
    for (const v of kept.outputs) if (v !== undefined) makers.set(v, kept);
    nodes.push(kept);
  }
  return { ...graph, nodes };
});

function gemmTimes(
  node: Node,
  makers: ReadonlyMap<Value, Node>,
  readers: ReadonlyMap<Value, number>,
): Node | undefined {
  for (const [i, j] of [
    [0, 1],
    [1, 0],
  ]) {
    const [product, factor] = [node.inputs[i]!, node.inputs[j]!];
    const gemm = makers.get(product);
    if (gemm?.op !== "Gemm" || readers.get(product) !== 1) continue;
    if (factor.type !== "float32" || factor.dims.length !== 0 || factor.tensor === undefined) continue;
    const by = Number(factor.tensor.data[0]);
    const { alpha, beta } = gemm.attributes as Readonly<Record<string, number>>;
    return { ...gemm, outputs: node.outputs, attributes: { ...gemm.attributes, alpha: alpha * by, beta: beta * by } };
  }
  return undefined;
}
