import { int64, type Tensor } from "../../base/tensor.ts";
import type { Node } from "../ir.ts";
import { pass } from "./pass.ts";
import { replaceKnown } from "./replace.ts";

/** Shape folding: a vector of whole numbers that inference knows, the shape of something above all, becomes a constant. */
export const foldSizes = pass("shape folding", { ensures: ["sizes that are known are constants"] }, (graph) =>
  replaceKnown(graph, followed),
);

/** The elements of an integer vector that shape inference has followed. */
function followed(node: Node): Tensor[] | undefined {
  const [y] = node.outputs;
  if (node.outputs.length !== 1 || y?.type !== "int64" || y.dims.length > 1) return undefined;
  if (!y.content?.every((c): c is number => Number.isSafeInteger(c))) return undefined;
  return [int64(y.dims as number[], y.content)];
}
