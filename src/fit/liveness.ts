import { bytesPerElement, sizeOf } from "../base/tensor.ts";
import type { ProgramHeader } from "../model/readers/header.ts";
import { foldedNodes, passingBytes } from "./loaded.ts";
import { isSized, programFacts, type Sizes } from "./program-facts.ts";
import { scratchBytes } from "./scratch.ts";

/** What a program's values take while it runs, and of how many the size is not known. */
export interface Working {
  /** The most that lives at once, with what kernels take for themselves. */
  readonly live: number;
  readonly outputs: number;
  readonly unsized: number;
}

/**
 * A bound from lifetimes: nodes run in the order of the file, a value lives from the node that makes it to the last that reads it,
 * inputs and outputs to the end. Buffers that an engine shares where it could do with one are counted apart, but for one: a value
 * that was widened is multiplied by its scale where it lies.
 */
export function workingSet(program: ProgramHeader, sizes: Sizes): Working {
  const facts = programFacts(program, sizes);
  const lastRead = new Map<string, number>();
  program.nodes.forEach(({ inputs }, at) => inputs.forEach((name) => lastRead.set(name, at)));
  for (const name of program.outputs) lastRead.set(name, Infinity);
  let unsized = 0;
  const bytes = new Map<string, number>();
  const bytesFor = (name: string): number => {
    if (name === "") return 0;
    const fact = facts.get(name);
    if (fact === undefined || !isSized(fact)) {
      unsized++;
      return 0;
    }
    return sizeOf(fact.dims) * bytesPerElement[fact.type];
  };
  let now = program.inputs.reduce((sum, { name }) => sum + bytesFor(name), 0);
  let live = now;
  const ending = new Map<number, string[]>();
  const folded = foldedNodes(program);
  const widened = new Set(program.nodes.flatMap(({ op, outputs }) => (op === "Cast" ? outputs : [])));
  program.nodes.forEach((node, at) => {
    if (folded.has(node)) return;
    const over = node.op === "Mul" && node.inputs.find((name) => widened.has(name) && lastRead.get(name) === at);
    for (const name of node.outputs) {
      bytes.set(name, bytesFor(name));
      if (typeof over === "string" && bytes.get(over) === bytes.get(name)) {
        now -= bytes.get(over) as number;
        bytes.set(over, 0);
      }
      now += bytes.get(name) as number;
      const end = lastRead.get(name) ?? at;
      if (end === Infinity) continue;
      if (!ending.has(end)) ending.set(end, []);
      ending.get(end)?.push(name);
    }
    live = Math.max(live, now + scratchBytes(node, facts));
    for (const name of ending.get(at) ?? []) now -= bytes.get(name) as number;
  });
  const outputs = program.outputs.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0);
  return { live, outputs, unsized };
}

/**
 * What the engine's pieces of memory come to, beside what lives in them: with plain products; where kernels take pieces of their
 * own, which leave room between the others that nothing fits; and with products in blocks of weights, which take the most.
 */
const PIECES = 1.15;
const PIECES_AROUND_SCRATCH = 1.3;
const PIECES_IN_BLOCKS = 2.8;
const scratched = new Set(["Conv", "ConvTranspose", "LSTM", "GRU", "RNN"]);

/**
 * Bytes that ONNX Runtime comes to hold for a program's values, run after run: what lives at once, in pieces that do not fit each
 * other wholly; and the outputs of runs past, copied out, wait for the collector, three of them. What was computed while loading and
 * let go is used again, but for the half at most that does not fit. (docs/plan.md has the figures.)
 */
export function workingBytes(
  program: ProgramHeader,
  sizes: Sizes,
): { readonly bytes: number; readonly unsized: number } {
  const { live, outputs, unsized } = workingSet(program, sizes);
  const has = (is: (op: string) => boolean): boolean => program.nodes.some(({ op }) => is(op));
  const around = has((op) => scratched.has(op)) ? PIECES_AROUND_SCRATCH : PIECES;
  const pieces = has((op) => op === "MatMulNBits") ? PIECES_IN_BLOCKS : around;
  const held = Math.max(pieces * live - passingBytes(program), (pieces * live) / 2);
  return { bytes: Math.ceil(held) + 3 * outputs, unsized };
}
