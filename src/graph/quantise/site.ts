import type { Tensor } from "../../base/tensor.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import type { Matrix } from "./matrix.ts";

/** A node where it reads a weight: product, convolution, recurrence or table. */
export interface Site {
  readonly node: Node;
  /** The name of the node's first output: nodes have no other. */
  readonly name: string;
  readonly weight: Initialiser;
  readonly kind: "product" | "convolution" | "recurrence" | "table";
  /** What meets the weight: the left side of a product, what is convolved, the indices into a table. */
  readonly data: Value;
  /** The axis of the weight along which outputs lie. */
  readonly channel: number;
}

/** Every place where a node reads a float32 weight in a way that some form can take over, in the order of the graph. */
export function sitesOf(graph: Graph): Site[] {
  const turned = turnedWeights(graph);
  return graph.nodes.flatMap((node) => sitesAt(node, turned));
}

/** Recurrences: their second and third inputs are weights, [directions, gates, inputs]. */
export const recurrences: ReadonlySet<string> = new Set(["LSTM", "GRU", "RNN"]);

function sitesAt(node: Node, turned: ReadonlyMap<Value, Initialiser>): Site[] {
  const [first, second, third] = node.inputs;
  const output = node.outputs.find((v) => v !== undefined);
  if (output === undefined) return [];
  const site = (kind: Site["kind"], weight: Value | undefined, data: Value | undefined, channel: number): Site[] =>
    isFloat(weight) && data !== undefined ? [{ node, name: output.name, weight, kind, data, channel }] : [];
  const rank = second?.dims.length ?? 0;
  switch (node.op) {
    case "MatMul": {
      const original = second === undefined ? undefined : turned.get(second);
      if (original !== undefined) return site("product", original, first, 0);
      return rank >= 2 ? site("product", second, first, rank - 1) : [];
    }
    case "Gemm":
      return site("product", second, first, node.attributes.transB === 1 ? 0 : 1);
    case "Conv":
      return site("convolution", second, first, 0);
    case "LSTM":
    case "GRU":
    case "RNN":
      return [...site("recurrence", second, first, 1), ...site("recurrence", third, first, 1)];
    case "Gather":
      return node.attributes.axis === 0 && (first?.dims.length ?? 0) >= 2 ? site("table", first, second, 0) : [];
    default:
      return [];
  }
}

/** Matrices that a Transpose turns over: the last product of a model often reads its table so. */
function turnedWeights(graph: Graph): Map<Value, Initialiser> {
  const turned = new Map<Value, Initialiser>();
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const [weight] = inputs;
    const perm = attributes.perm as readonly number[] | undefined;
    if (op !== "Transpose" || !isFloat(weight) || weight.dims.length !== 2) continue;
    if (perm === undefined || perm[0] === 1) turned.set(outputs[0]!, weight);
  }
  return turned;
}

function isFloat(v: Value | undefined): v is Initialiser {
  return v?.tensor?.type === "float32" && v.tensor.data.length > 0;
}

/** The weight as a matrix with a row for each output. */
export function matrixOf(site: Site): Matrix {
  const { dims, data } = site.weight.tensor as Tensor<"float32">;
  if (site.channel === 0) return { weights: data, rows: dims[0], columns: data.length / dims[0] };
  // Directions and gates of a recurrence are its outputs.
  if (site.kind === "recurrence") return { weights: data, rows: dims[0] * dims[1], columns: dims[2] };
  const [columns, rows] = dims;
  return { weights: data, rows, columns, byColumn: true };
}
