import { float32, type Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { check } from "../check.ts";
import { fromHalf } from "../half.ts";
import { type AttributeValue, type Graph, isGraph, isTensor, type Value } from "../ir.ts";

/**
 * The same network in single precision: every float16 becomes a float32, inputs and outputs too, and all names stay. Each
 * half is a single exactly; sums and products are then rounded less. Made for training: half precision swallows small steps.
 */
export function widened(graph: Graph): Graph {
  const names = [...graph.inputs, ...graph.initialisers, ...graph.nodes.flatMap((n) => n.outputs), ...graph.outputs];
  const b = builder(
    graph.name,
    names.map((v) => v?.name ?? ""),
  );
  const standing = new Map<Value, Value>();
  for (const v of graph.inputs) standing.set(v, b.input(v.name, v.type === "float16" ? "float32" : v.type, v.dims));
  for (const v of graph.initialisers) standing.set(v, b.parameter(v.name, single(v.tensor)));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((v) => (v === undefined ? undefined : standing.get(v)));
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([key, a]) => [key, widenedValue(a)]));
    // An output that nobody asked for needs a name all the same.
    const made = node.outputs.map((v, i) => v?.name ?? `${node.outputs.find((o) => o)?.name ?? node.op}.unused${i}`);
    b.ops(node.op, inputs, attributes, made).forEach((v, i) => {
      const old = node.outputs[i];
      if (old !== undefined) standing.set(old, v);
    });
  }
  for (const v of graph.outputs) b.output(v.name, standing.get(v)!);
  return check(b.finish());
}

/** `float16` among the attributes is the type that a Cast gives. */
function widenedValue(value: AttributeValue): AttributeValue {
  if (value === "float16") return "float32";
  if (isGraph(value)) return widened(value);
  return isTensor(value) ? single(value) : value;
}

function single(t: Tensor): Tensor {
  if (t.type !== "float16") return t;
  return float32(t.dims, Float32Array.from(t.data as Uint16Array, fromHalf));
}
