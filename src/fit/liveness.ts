import { bytesPerElement, sizeOf } from "../base/tensor.ts";
import type { ProgramHeader } from "../model/readers/header.ts";
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
 * inputs and outputs to the end. Buffers that an engine shares where it could do with one are counted apart.
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
  program.nodes.forEach((node, at) => {
    for (const name of node.outputs) {
      bytes.set(name, bytesFor(name));
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
 * Bytes that ONNX Runtime comes to hold for a program's values, run after run. Its first run takes what lives at once, within a
 * twentieth; from the second it plans one block for all and keeps the pieces of the first, a third more at most in what was
 * measured; and the outputs of runs past, copied out, wait for the collector, three of them. (docs/plan.md has the figures.)
 */
export function workingBytes(
  program: ProgramHeader,
  sizes: Sizes,
): { readonly bytes: number; readonly unsized: number } {
  const { live, outputs, unsized } = workingSet(program, sizes);
  return { bytes: Math.ceil((4 * live) / 3) + 3 * outputs, unsized };
}
