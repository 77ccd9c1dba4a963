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

/** Bytes of what is computed while loading and read by nothing but the next step of that: free when the model runs. */
export function passingBytes(program: ProgramHeader): number {
  const folded = foldedNodes(program);
  const facts = programFacts(program, { batch: 1, length: 1 });
  const lasting = new Set([...program.outputs, ...program.nodes.flatMap((n) => (folded.has(n) ? [] : n.inputs))]);
  const passing = [...folded].flatMap((node) => node.outputs.filter((name) => !lasting.has(name)));
  return passing.reduce((sum, name) => sum + factBytes(facts.get(name)), 0);
}

/** Matrices are arranged in strips of whole registers; those of whole numbers with the sums of their columns. */
export const PACKED = 1.02;
export const PACKED_WHOLE = 1.06;
/** Pieces of the allocator that what is made on the way leaves. */
export const FOLDED = 1.06;

/**
 * Bytes that the weights of a program take at most, from loading on, where the engine reads them from a file (engine/onnxruntime):
 *
 *   a table whose rows are looked up   once, as it is
 *   a matrix that is multiplied by     once, arranged anew; of one in blocks the scales twice more
 *   what is computed from weights      every value on the way, for the allocator keeps what it has let go; and holes
 *   any other large weight             twice: the message that it came in, and itself
 *
 * float16 that no Cast widens is widened by the engine, and both are kept beside the message.
 */
export function programWeights(program: ProgramHeader, tensors: readonly TensorInfo[]): number {
  const facts = programFacts(program, { batch: 1, length: 1 });
  const folded = foldedNodes(program);
  const roles = rolesOf(program);
  let bytes = 0;
  for (const node of folded) bytes += FOLDED * node.outputs.reduce((sum, name) => sum + factBytes(facts.get(name)), 0);
  for (const node of program.nodes) {
    if (node.op === "MatMulNBits") bytes += 2 * 4 * elementsOf(facts.get(node.inputs[2]));
  }
  for (const tensor of tensors) {
    const { bytes: own, precision } = tensor;
    const half = precision === "F16" || precision === "BF16";
    const role = roles(tensor);
    if (own < LEAST_APART) bytes += own;
    else if (role === "matrix" && precision === "I8") bytes += PACKED_WHOLE * own;
    else bytes += role === "cast" ? holes(own, half) : own * { ...times, other: half ? 4 : 2 }[role];
  }
  return Math.ceil(bytes);
}

/** What a weight is read by: that decides in how many forms it is in memory. */
export type Role = "table" | "cast" | "folded" | "matrix" | "other";
const times = { table: 1, folded: 1, matrix: PACKED } as const;

/**
 * What a weight that is widened while loading leaves behind. It is read into a piece of the heap and let go; where a small block takes
 * a place in that piece first, the next weight finds no room in it. From run to run that holds for few weights or for most of them.
 */
export function holes(own: number, half: boolean): number {
  const large = half ? 0.77 : 0.5;
  return own * (own < LARGE ? 0.25 : large);
}
const LARGE = 1 << 20;

export function rolesOf(program: ProgramHeader): (tensor: TensorInfo) => Role {
  const folded = foldedNodes(program);
  const readers = readersOf(program);
  const outputs = new Set(program.outputs);
  const isTaken = ({ node, at }: Reading): boolean => Object.hasOwn(takers, node.op) && takers[node.op] === at;
  return ({ name, dims }) => {
    const read = readers.get(name) ?? [];
    const all = (is: (reading: Reading) => boolean): boolean => !outputs.has(name) && read.length > 0 && read.every(is);
    if (all(({ node, at }) => lookups.has(node.op) && at === 0)) return "table";
    if (all(({ node }) => node.op === "Cast")) return "cast";
    if (all(({ node }) => folded.has(node))) return "folded";
    const arranged = all((reading) => isTaken(reading) && (dims.length === 2 || reading.node.op === "MatMulNBits"));
    return arranged ? "matrix" : "other";
  };
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
