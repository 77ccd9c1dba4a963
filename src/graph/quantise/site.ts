import type { Tensor } from "../../base/tensor.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import type { Matrix } from "./matrix.ts";

/** A node that reads a weight: product, convolution or table. */
export interface Site {
  readonly node: Node;
  /** The name of the node's first output: nodes have no other. */
  readonly name: string;
  readonly weight: Initialiser;
  readonly kind: "product" | "convolution" | "table";
  /** What meets the weight: the left side of a product, what is convolved, the indices into a table. */
  readonly data: Value;
  /** The axis of the weight along which outputs lie. */
  readonly channel: number;
}

/** Every node that reads a float32 weight in a way that some form can take over, in the order of the graph. */
export function sitesOf(graph: Graph): Site[] {
  return graph.nodes.flatMap((node) => siteOf(node) ?? []);
}

function siteOf(node: Node): Site | undefined {
  const [first, second] = node.inputs;
  const output = node.outputs[0];
  if (output === undefined) return undefined;
  const site = (kind: Site["kind"], weight: Value | undefined, data: Value | undefined, channel: number) =>
    weight?.tensor?.type === "float32" && data !== undefined && weight.tensor.data.length > 0
      ? { node, name: output.name, weight: weight as Initialiser, kind, data, channel }
      : undefined;
  const rank = second?.dims.length ?? 0;
  switch (node.op) {
    case "MatMul":
      return rank >= 2 ? site("product", second, first, rank - 1) : undefined;
    case "Gemm":
      return site("product", second, first, node.attributes.transB === 1 ? 0 : 1);
    case "Conv":
      return site("convolution", second, first, 0);
    case "Gather":
      return node.attributes.axis === 0 && (first?.dims.length ?? 0) >= 2 ? site("table", first, second, 0) : undefined;
    default:
      return undefined;
  }
}

/** The weight as a matrix with a row for each output. */
export function matrixOf(site: Site): Matrix {
  const { dims, data } = site.weight.tensor as Tensor<"float32">;
  if (site.channel === 0) return { weights: data, rows: dims[0], columns: data.length / dims[0] };
  const [columns, rows] = dims;
  return { weights: data, rows, columns, byColumn: true };
}
