import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Engine } from "../../engine/port.ts";
import { toOnnx, type Graph } from "../../graph/index.ts";
import { ForwardBackward } from "../../learn/crf/forward-backward.ts";
import type { Feeds } from "../../predict/feeds.ts";

/** Distributions, one after another: those of each run's rows over labels, or of its tokens over tags. */
export interface Said {
  readonly rows: number;
  readonly width: number;
  /** Probabilities [rows, width]. */
  readonly probabilities: Float64Array;
}

/** What a program says of each run: softmax(logits), or the chain's marginals of tags (spans/lattice). */
export async function saidBy(
  graph: Graph,
  runs: readonly Feeds[],
  engine: Engine,
  signal?: AbortSignal,
): Promise<Said> {
  const program = await engine.load(toOnnx(graph), { thread: "here" });
  const fetch = program.outputs.map((o) => o.name).filter((name) => OUTPUTS.includes(name));
  const pieces: Float64Array[] = [];
  let width = 0;
  try {
    for (const feeds of runs) {
      const { logits, emissions, transitions } = await program.run(feeds, { fetch, signal });
      width = (logits ?? emissions)?.dims.at(-1) ?? 0;
      pieces.push(logits === undefined ? marginals(emissions, transitions) : softmax(logits, width));
    }
  } finally {
    await program.close();
  }
  const probabilities = new Float64Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const piece of pieces) {
    probabilities.set(piece, at);
    at += piece.length;
  }
  return { rows: width === 0 ? 0 : probabilities.length / width, width, probabilities };
}

const OUTPUTS: readonly string[] = ["logits", "emissions", "transitions"];

/** Below this a probability is counted as this: what a float32 cannot tell from 0 is not to weigh without bound. */
const LEAST = 2 ** -40;

/** Mean over rows of KL(parent ‖ child) = Σ p·ln(p / q), in nats. */
export function divergence(parent: Said, child: Said): number {
  const { rows, width, probabilities } = parent;
  if (rows === 0) return 0;
  if (child.rows !== rows || child.width !== width) {
    throw new Fault("graph/calibration", {
      what: `the smaller model says ${child.rows} × ${child.width} numbers where its parent says ${rows} × ${width}`,
      remedy: "give both the same inputs, and outputs of the same shape",
    });
  }
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (p < LEAST) continue;
    const q = child.probabilities[i];
    sum += p * Math.log(p / (q < LEAST ? LEAST : q));
  }
  // A rounding error may lie below 0; the figure itself never does.
  return Math.max(0, sum / rows);
}

/** Of each row of `width` numbers. */
export function softmax({ data }: Tensor, width: number): Float64Array {
  const result = new Float64Array(data.length);
  const values = data as Float32Array | Float64Array;
  for (let row = 0; row < values.length; row += width) {
    let most = -Infinity;
    for (let k = 0; k < width; k++) most = Math.max(most, values[row + k]);
    let sum = 0;
    for (let k = 0; k < width; k++) sum += result[row + k] = Math.exp(values[row + k] - most);
    for (let k = 0; k < width; k++) result[row + k] /= sum;
  }
  return result;
}

function marginals(emissions: Tensor, transitions: Tensor): Float64Array {
  const tags = transitions.dims[0] - 1;
  const sums = new ForwardBackward((tags - 1) / 2);
  sums.steps(transitions.data as Float32Array);
  const n = emissions.data.length / tags;
  if (n === 0) return new Float64Array(0);
  sums.run(emissions.data as Float32Array, n, new Float64Array((tags + 1) ** 2));
  return sums.marginals.slice(0, n * tags);
}
