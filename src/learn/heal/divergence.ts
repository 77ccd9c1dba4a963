import { Fault } from "../../base/fault.ts";
import { float32, sizeOf, type Tensor } from "../../base/tensor.ts";
import type { Engine } from "../../engine/port.ts";
import { type Graph, toOnnx } from "../../graph/index.ts";
import { withLogits } from "./logits.ts";
import type { Feeds } from "./tables.ts";

/** How far a model answers from another on batches of inputs. */
export interface Divergence {
  /** Mean over rows of KL(softmax(teacher) ‖ softmax(logits)), in nats. */
  readonly kl: number;
  /** Share of rows that have the same largest logit. */
  readonly agree: number;
  readonly rows: number;
}

/** Where a model's answers are. */
export interface Answers {
  /** The output that holds the logits, float32[rows…, classes]. */
  readonly output: string;
  /** The output holds shares that sum to 1, as a softmax makes them of logits. */
  readonly shares?: boolean;
}

export interface RunSettings extends Answers {
  readonly engine: Engine;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Which rows of the output count, and how much; all alike when not told. */
  readonly rowWeights?: (feeds: Feeds, rows: readonly number[]) => Float32Array;
}

/** A batch with what the teacher said to it. */
export interface Taught {
  readonly feeds: Feeds;
  readonly teacher: Tensor;
  readonly weights: Tensor;
}

/** What a graph says to each batch: logits, [rows…, classes]. */
export async function answers(graph: Graph, batches: readonly Feeds[], settings: RunSettings): Promise<Tensor[]> {
  const { engine, threads, signal } = settings;
  const { graph: shown, logits } = withLogits(graph, settings);
  const program = await engine.load(toOnnx(shown), { thread: "here", intraOpThreads: threads });
  try {
    const said: Tensor[] = [];
    for (const feeds of batches) {
      const results = await program.run(feeds, { fetch: [logits], signal });
      said.push(results[logits]);
    }
    return said;
  } finally {
    await program.close();
  }
}

export async function taughtBy(parent: Graph, batches: readonly Feeds[], settings: RunSettings): Promise<Taught[]> {
  const said = await answers(parent, batches, settings);
  return said.map((teacher, i) => {
    const rows = teacher.dims.slice(0, -1);
    if (teacher.type !== "float32" || rows.length === 0 || !(teacher.data as Float32Array).every(Number.isFinite)) {
      throw new Fault("learn/problem", {
        what: `the model says ${teacher.type}[${teacher.dims.join(", ")}] to batch ${i + 1}, or what is no number`,
        why: "a smaller model is healed by finite float32 logits, a row for each answer",
        remedy: "name the output that holds the logits",
      });
    }
    const weights = settings.rowWeights?.(batches[i], rows) ?? new Float32Array(sizeOf(rows)).fill(1);
    return { feeds: batches[i], teacher, weights: float32(rows, weights) };
  });
}

export async function divergence(graph: Graph, taught: readonly Taught[], settings: RunSettings): Promise<Divergence> {
  const said = await answers(
    graph,
    taught.map((t) => t.feeds),
    settings,
  );
  let [kl, agree, total] = [0, 0, 0];
  said.forEach((logits, i) => {
    const { teacher, weights } = taught[i];
    const classes = teacher.dims[teacher.dims.length - 1];
    const [t, s] = [teacher.data as Float32Array, logits.data as Float32Array];
    (weights.data as Float32Array).forEach((weight, row) => {
      if (weight === 0) return;
      const [from, to] = [row * classes, (row + 1) * classes];
      const [a, b] = [t.subarray(from, to), s.subarray(from, to)];
      kl += weight * divergenceOf(a, b);
      agree += a.indexOf(Math.max(...a)) === b.indexOf(Math.max(...b)) ? weight : 0;
      total += weight;
    });
  });
  const of = total === 0 ? 1 : total;
  return { kl: kl / of, agree: agree / of, rows: total };
}

/** Σ p·(log p − log q) for p = softmax(a), q = softmax(b). */
function divergenceOf(a: Float32Array, b: Float32Array): number {
  const [za, zb] = [logSumExp(a), logSumExp(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.exp(a[i] - za) * (a[i] - za - (b[i] - zb));
  return sum;
}

function logSumExp(values: Float32Array): number {
  let top = -Infinity;
  for (const v of values) if (v > top) top = v;
  let sum = 0;
  for (const v of values) sum += Math.exp(v - top);
  return top + Math.log(sum);
}
