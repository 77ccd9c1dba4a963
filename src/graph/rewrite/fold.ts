import { bytesPerElement, type Tensor } from "../../base/tensor.ts";
import type { Node, Value } from "../ir.ts";
import { fromTensor, toTensor } from "../meaning/array.ts";
import { apply } from "../meaning/interpret.ts";
import { pass } from "./pass.ts";
import { replaceKnown } from "./replace.ts";

/** Above this many elements an operator is left to the engine: the oracle is slow. */
const LIMIT = 65_536;

/**
 * Constant folding. A node whose inputs are all constants is run once, here. Nothing is folded that would take more bytes
 * than it reads, so weights stored small stay small.
 */
export const foldConstants = pass(
  "constant folding",
  { ensures: ["what reads constants alone is a constant"] },
  (graph) => replaceKnown(graph, folded),
);

/** What a node gives that reads constants alone; undefined where it is not folded. */
export function folded(node: Node): Tensor[] | undefined {
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
