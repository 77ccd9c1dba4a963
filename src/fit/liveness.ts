import { bytesPerElement, sizeOf } from "../base/tensor.ts";
import type { ProgramHeader } from "../model/readers/header.ts";
import { isSized, programFacts, type Sizes } from "./program-facts.ts";

/** The most that values take at once while a program runs, and of how many values the size is not known. */
export interface Working {
  readonly bytes: number;
  readonly unsized: number;
}

/**
 * A bound from lifetimes: nodes run in the order of the file, a value lives from the node that makes it to the last that reads it, inputs
 * and outputs to the end, and outputs are copied out once more. Buffers that an engine shares where it could do with one are counted
 * apart, which bounds it from above; what a kernel takes for itself while it runs is not seen.
 */
export function workingBytes(program: ProgramHeader, sizes: Sizes): Working {
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
  let live = program.inputs.reduce((sum, { name }) => sum + bytesFor(name), 0);
  let most = live;
  const ending = new Map<number, string[]>();
  program.nodes.forEach(({ outputs }, at) => {
    for (const name of outputs) {
      bytes.set(name, bytesFor(name));
      live += bytes.get(name) as number;
      const end = lastRead.get(name) ?? at;
      if (end === Infinity) continue;
      if (!ending.has(end)) ending.set(end, []);
      ending.get(end)?.push(name);
    }
    most = Math.max(most, live);
    for (const name of ending.get(at) ?? []) live -= bytes.get(name) as number;
  });
  const copies = program.outputs.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0);
  return { bytes: most + copies, unsized };
}
