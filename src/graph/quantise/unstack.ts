import { int64 } from "../../base/tensor.ts";
import { infer } from "../infer.ts";
import { check } from "../check.ts";
import type { Dim } from "../dim.ts";
import type { Attributes, Graph, Initialiser, Node, Value } from "../ir.ts";
import type { OpName } from "../op/table.ts";
import { removeDead } from "../rewrite/dead.ts";
import { constantNames } from "../rewrite/rewire.ts";

/**
 * Products stacked over the heads of attention, made one product again, so that a form can take its matrix:
 *
 *   x · Transpose(Reshape(W, [K, G, H]), [1, 0, 2])  =  Transpose(Reshape(x · W, [-1, G, H]), [1, 0, 2])
 *
 * All values keep their names; those of the new steps are made of the output's.
 */
export function unstack(graph: Graph): Graph {
  const makers = new Map<Value, Node>();
  for (const node of graph.nodes) if (node.outputs[0] !== undefined) makers.set(node.outputs[0], node);
  const name = constantNames(graph);
  const shapes: Initialiser[] = [];
  const nodes = graph.nodes.flatMap((node) => {
    const weight = stackedWeight(node, makers);
    if (weight === undefined) return [node];
    const [x, stack] = node.inputs as [Value, Value];
    const [groups, , each] = stack.dims;
    const output = node.outputs[0]!;
    const tensor = int64([3], [-1, groups as number, each as number]);
    const shape: Initialiser = { name: name(), type: "int64", dims: [3], content: [-1, groups, each], tensor };
    shapes.push(shape);
    const product = made("MatMul", [x, weight], {}, `${output.name}.flat`);
    const split = made("Reshape", [product.outputs[0]!, shape], { allowzero: 0 }, `${output.name}.split`);
    return [product, split, { op: "Transpose" as const, inputs: split.outputs, outputs: [output], attributes: TURN }];
  });
  return shapes.length === 0
    ? graph
    : check(removeDead({ ...graph, nodes, initialisers: [...graph.initialisers, ...shapes] }));
}

const TURN: Attributes = { perm: [1, 0, 2] };

function made(op: OpName, inputs: readonly Value[], attributes: Attributes, name: string): Node {
  const [fact] = infer(op, inputs, attributes, 1, (): Dim => `?${name}`);
  return { op, inputs, outputs: [{ ...fact, name }], attributes };
}

/** The matrix that stands stacked on the right of a product of rows. */
function stackedWeight(node: Node, makers: ReadonlyMap<Value, Node>): Initialiser | undefined {
  const [x, stack] = node.inputs;
  if (node.op !== "MatMul" || x?.dims.length !== 2 || stack?.dims.length !== 3) return undefined;
  const turn = makers.get(stack);
  if (turn?.op !== "Transpose" || (turn.attributes.perm as readonly number[] | undefined)?.join() !== "1,0,2")
    return undefined;
  const reshape = makers.get(turn.inputs[0]!);
  const weight = reshape?.op === "Reshape" ? reshape.inputs[0] : undefined;
  if (weight?.tensor?.type !== "float32" || weight.dims.length !== 2) return undefined;
  const [groups, inner, each] = stack.dims;
  const fits = inner === weight.dims[0] && typeof groups === "number" && typeof each === "number";
  return fits && groups * each === weight.dims[1] ? (weight as Initialiser) : undefined;
}
