import { Fault } from "../../base/fault.ts";
import { float32, sizeOf, type Tensor } from "../../base/tensor.ts";
import type { Engine } from "../../engine/port.ts";
import { type Graph, toOnnx } from "../../graph/index.ts";
import { type Answers, withSaid } from "./said.ts";
import type { Feeds } from "./tables.ts";

/** How far a model answers from another on batches of inputs. */
export interface Divergence {
  /**
   * Mean over rows of KL(teacher ‖ said), in nats; a row of truths is one truth. Of numbers Σ (teacher − said)² / Σ teacher².
   */
  readonly apart: number;
  /** Share of rows that have the same largest logit, or truths on the same side; of numbers it says nothing. */
  readonly agree: number;
  readonly rows: number;
  /** Of each row that counts, times its weight; rows in their order. */
  readonly each: Float64Array;
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

/** What a graph says to each batch: logits [rows…, classes], or numbers [rows…, values]. */
export async function answers(graph: Graph, batches: readonly Feeds[], settings: RunSettings): Promise<Tensor[]> {
  const { engine, threads, signal } = settings;
  const { graph: shown, said } = withSaid(graph, settings);
  const program = await engine.load(toOnnx(shown), { thread: "here", intraOpThreads: threads });
  try {
    const results: Tensor[] = [];
    for (const feeds of batches) results.push((await program.run(feeds, { fetch: [said], signal }))[said]);
    return results;
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
  const numbers = settings.holds === "numbers";
  const each: number[] = [];
  let [size, agree, total] = [0, 0, 0];
  said.forEach((answer, i) => {
    const { teacher, weights } = taught[i];
    const width = teacher.dims[teacher.dims.length - 1];
    const [t, s] = [teacher.data as Float32Array, answer.data as Float32Array];
    (weights.data as Float32Array).forEach((weight, row) => {
      if (weight === 0) return;
      const [from, to] = [row * width, (row + 1) * width];
      const [a, b] = [t.subarray(from, to), s.subarray(from, to)];
      each.push(weight * (numbers ? squaredError(a, b) : kl(a, b)));
      size += weight * (numbers ? squares(a) : 1);
      agree += a.indexOf(Math.max(...a)) === b.indexOf(Math.max(...b)) ? weight : 0;
      total += weight;
    });
  });
  const sum = each.reduce((all, v) => all + v, 0);
  return {
    apart: sum === 0 ? 0 : sum / size,
    agree: total === 0 ? 0 : agree / total,
    rows: total,
    each: Float64Array.from(each),
  };
}

/** Σ p·(log p − log q) for p = softmax(a), q = softmax(b). */
function kl(a: Float32Array, b: Float32Array): number {
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

/** Of all that the teacher says. */
export function meanSquare(taught: readonly Taught[]): number {
  const sum = taught.reduce((all, { teacher }) => all + squares(teacher.data as Float32Array), 0);
  const count = taught.reduce((all, { teacher }) => all + teacher.data.length, 0);
  return count === 0 ? 0 : sum / count;
}

const squares = (a: Float32Array): number => a.reduce((sum, v) => sum + v * v, 0);
const squaredError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, v, i) => sum + (v - b[i]) * (v - b[i]), 0);
