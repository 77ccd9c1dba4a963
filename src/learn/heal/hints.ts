import { extend, type Graph, toOnnx, type Value } from "../../graph/index.ts";
import { type Fake, faked } from "../../graph/quantise/fake.ts";
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

/** The graph with its hints as its only outputs, named as the inputs of the step that take them. */
function withHints(graph: Graph, hints: readonly Value[]): Graph {
  const b = extend(graph, { outputs: false });
  for (const value of hints) b.output(hintInput(value.name), value);
  return b.finish();
}

/** What the parent gives for each hint. */
export function openHints(parent: Graph, hints: readonly Value[], settings: RunSettings): Promise<Hints> {
  const none = { of: () => Promise.resolve({}), close: () => Promise.resolve() };
  return hints.length === 0 ? Promise.resolve(none) : opened(withHints(parent, hints), settings);
}

async function opened(graph: Graph, { engine, threads, signal }: RunSettings): Promise<Hints> {
  const program = await engine.load(toOnnx(graph), { thread: "here", intraOpThreads: threads });
  return {
    of: (feeds) => {
      const read = Object.entries(feeds).filter(([name]) => program.inputs.some((input) => input.name === name));
      return program.run(Object.fromEntries(read), { signal });
    },
    close: () => program.close(),
  };
}

/** Batches by which it is told how far hints are apart. */
const SEEN = 8;

/** How far hints are from the parent's once weights are rounded: the mean over them of Σ (own − parent's)² / Σ parent's². */
export async function hintsApart(
  parent: Graph,
  hints: readonly Value[],
  fakes: ReadonlyMap<string, Fake>,
  batches: readonly Feeds[],
  settings: RunSettings,
): Promise<number> {
  if (hints.length === 0) return 0;
  const whole = withHints(parent, hints);
  const [parents, own] = [await opened(whole, settings), await opened(faked(whole, fakes), settings)];
  const names = hints.map(({ name }) => hintInput(name));
  const off = new Float64Array(names.length);
  const all = new Float64Array(names.length);
  try {
    for (const feeds of batches.slice(0, SEEN)) {
      const [theirs, its] = [await parents.of(feeds), await own.of(feeds)];
      names.forEach((name, i) => {
        const values = its[name].data as Float32Array;
        (theirs[name].data as Float32Array).forEach((v, at) => {
          off[i] += (v - values[at]) ** 2;
          all[i] += v * v;
        });
      });
    }
  } finally {
    await parents.close();
    await own.close();
  }
  return off.reduce((sum, e, i) => sum + (all[i] === 0 ? 0 : e / all[i]), 0) / names.length;
}
