import { extend, type Graph, toOnnx, type Value } from "../../graph/index.ts";
import type { Fake } from "../../graph/quantise/fake.ts";
import { sitesOf } from "../../graph/quantise/site.ts";
import type { RunSettings } from "./divergence.ts";
import type { Feeds } from "./tables.ts";

/**
 * Values inside a model that its child is held to beside its answers: what each product, convolution and recurrence gives
 * whose weights are rounded. One batch says thousands of such numbers where it says one answer, and that answer is
 * often sure, so that next to nothing is learned from it.
 */
export function hintsOf(graph: Graph, fakes: ReadonlyMap<string, Fake>): Value[] {
  const found = new Map<string, Value>();
  for (const { kind, weight, node, name } of sitesOf(graph)) {
    const value = node.outputs.find((v) => v !== undefined);
    if (kind !== "table" && fakes.has(weight.name) && value !== undefined) found.set(name, value);
  }
  return [...found.values()];
}

/** The input of a training step that takes the parent's value of this name. */
export const hintInput = (name: string): string => `hint.${name}`;

export interface Hints {
  of(feeds: Feeds): Promise<Feeds>;
  close(): Promise<void>;
}

/** What the parent gives for each hint, by the inputs of the step that take them. */
export async function openHints(parent: Graph, hints: readonly Value[], settings: RunSettings): Promise<Hints> {
  const { engine, threads, signal } = settings;
  if (hints.length === 0) return { of: () => Promise.resolve({}), close: () => Promise.resolve() };
  const b = extend(parent, { outputs: false });
  for (const value of hints) b.output(hintInput(value.name), value);
  const program = await engine.load(toOnnx(b.finish()), { thread: "here", intraOpThreads: threads });
  return {
    of: (feeds) => {
      const read = Object.entries(feeds).filter(([name]) => program.inputs.some((input) => input.name === name));
      return program.run(Object.fromEntries(read), { signal });
    },
    close: () => program.close(),
  };
}
