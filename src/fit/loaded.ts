import { bytesPerElement, sizeOf } from "../base/tensor.ts";
import type { Fact } from "../graph/ir.ts";
import { LEAST_APART, lookups, takers } from "../graph/wire/apart.ts";
import type { ProgramHeader, ProgramNode, TensorInfo } from "../model/readers/header.ts";
import { isSized, programFacts } from "./program-facts.ts";

/** Nodes whose inputs are all constants: ONNX Runtime computes them once, while loading. It leaves DequantizeLinear alone. */
export function foldedNodes({ nodes, constants }: ProgramHeader): ReadonlySet<ProgramNode> {
  const known = new Set(constants.keys());
  const folded = new Set<ProgramNode>();
  for (const node of nodes) {
    const given = node.inputs.filter((name) => name !== "");
    if (node.op === "DequantizeLinear" || given.length === 0 || !given.every((name) => known.has(name))) continue;
    folded.add(node);
    for (const name of node.outputs) known.add(name);
  }
  return folded;
}

/** Matrices are arranged in strips of whole registers. */
const PACKED = 1.02;
/** Pieces of the allocator that what is made on the way leaves. */
const FOLDED = 1.06;

/**
 * Bytes that the weights of a program take at most, from loading on, where the engine reads them from a file (engine/onnxruntime):
 *
 *   a table whose rows are looked up   once, as it is
 *   a matrix that is multiplied by     once, arranged anew; of one in blocks the scales twice more
 *   what is computed from weights      every value on the way, for the allocator keeps what it has let go
 *   any other large weight             twice: the message that it came in, and itself
 *
 * float16 that no Cast widens is widened by the engine, and both are kept beside the message.
 */
export function programWeights(program: ProgramHeader, tensors: readonly TensorInfo[]): number {
  const facts = programFacts(program, { batch: 1, length: 1 });
  const folded = foldedNodes(program);
  const readers = readersOf(program);
  const outputs = new Set(program.outputs);
  let bytes = 0;
  for (const node of folded) bytes += FOLDED * node.outputs.reduce((sum, name) => sum + factBytes(facts.get(name)), 0);
  for (const node of program.nodes) {
    if (node.op === "MatMulNBits") bytes += 2 * 4 * elementsOf(facts.get(node.inputs[2]));
  }
  for (const { name, bytes: own, dims, precision } of tensors) {
    const read = readers.get(name) ?? [];
    const all = (is: (reading: Reading) => boolean): boolean => !outputs.has(name) && read.length > 0 && read.every(is);
    const taken = ({ node, at }: Reading): boolean => Object.hasOwn(takers, node.op) && takers[node.op] === at;
    if (own < LEAST_APART) bytes += own;
    else if (all(({ node, at }) => lookups.has(node.op) && at === 0)) bytes += own;
    else if (all(({ node }) => node.op === "Cast")) bytes += 0;
    else if (all(({ node }) => folded.has(node))) bytes += own;
    else if (all((reading) => taken(reading) && (dims.length === 2 || reading.node.op === "MatMulNBits"))) {
      bytes += PACKED * own;
    } else bytes += own * (precision === "F16" || precision === "BF16" ? 4 : 2);
  }
  return Math.ceil(bytes);
}

interface Reading {
  readonly node: ProgramNode;
  /** Which of its inputs. */
  readonly at: number;
}

function readersOf({ nodes }: ProgramHeader): ReadonlyMap<string, readonly Reading[]> {
  const readers = new Map<string, Reading[]>();
  for (const node of nodes) {
    node.inputs.forEach((name, at) => {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [{ node, at }]);
      else known.push({ node, at });
    });
  }
  return readers;
}

function elementsOf(fact: Fact | undefined): number {
  return fact !== undefined && isSized(fact) ? sizeOf(fact.dims) : 0;
}

function factBytes(fact: Fact | undefined): number {
  return fact === undefined ? 0 : elementsOf(fact) * bytesPerElement[fact.type];
}
