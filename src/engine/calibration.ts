import type { Tensor } from "../base/tensor.ts";
import { type Calibration, type Graph, type Needs, observe, tapped, toOnnx } from "../graph/index.ts";
import type { Engine, LoadOptions, RunOptions } from "./port.ts";

export interface CalibrationOptions extends Pick<LoadOptions, "thread" | "intraOpThreads">, Pick<RunOptions, "signal"> {
  /** Called before each run with how many are done. */
  readonly progress?: (done: number, total: number) => void;
}

/**
 * What the values that are needed of a graph were over these runs, as `quantise` takes it. Runs may feed inputs that nothing
 * needed hangs on.
 */
export async function calibrationOf(
  engine: Engine,
  graph: Graph,
  needs: Needs,
  runs: readonly Readonly<Record<string, Tensor>>[],
  { progress, signal, thread = "here", intraOpThreads }: CalibrationOptions = {},
): Promise<Calibration> {
  let seen: Calibration = {};
  if (needs.histograms.length + needs.moments.length === 0) return seen;
  const program = await engine.load(toOnnx(tapped(graph, needs)), { thread, intraOpThreads });
  try {
    for (const [done, feeds] of runs.entries()) {
      progress?.(done, runs.length);
      const wanted = Object.entries(feeds).filter(([name]) => program.inputs.some((input) => input.name === name));
      seen = observe(seen, needs, await program.run(Object.fromEntries(wanted), { signal }));
    }
  } finally {
    await program.close();
  }
  return seen;
}
