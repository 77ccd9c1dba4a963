import { sizeOf, tensor, type Tensor } from "../base/tensor.ts";
import type { Builder, Value } from "../graph/index.ts";

/**
 * The loss of a linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) as graph nodes: the mean over
 * sequences of log Z − score of the truth.
 *
 *   score(y) = Σ_t emission[t, y_t] + Σ_t transition[y_{t-1}, y_t], with a step into the first token and out of the last
 *   log Z    = log Σ_y exp score(y), by the forward algorithm
 *
 * The forward algorithm runs on probabilities that are scaled to sum 1 at every token (Rabiner 1989, V.A), so that a step
 * is one matrix product and not a table of exponentials: α_t = (α_{t-1} · exp T) ∘ exp(E_t − max E_t), and log Z is the
 * sum of the logs of what it was scaled by. It is unrolled over `length` tokens, so the graph is made for one length.
 */
export interface ChainLoss {
  /** float32[batch, length, tags] */
  readonly emissions: Value;
  /** float32[tags + 1, tags + 1]: from the row to the column; the last row steps in, the last column out. */
  readonly transitions: Value;
  /** float32[batch, length]: 1 for a token, 0 for padding behind it; each row begins with a 1. */
  readonly mask: Value;
  readonly length: number;
  readonly tags: number;
  /** 1 where a step may be taken and 0 where it may not, [tags + 1, tags + 1]. */
  readonly allowed: Tensor;
}

/** What the truth is fed as: one-hot tags [batch, length, tags], 0 at padding, and how often each step was taken. */
export const TRUTH = "truth";
export const STEPS = "steps";

/** The least sum that a token is scaled by: what is below has no log in single precision. */
const LEAST = 1e-30;

/** Adds the inputs `truth` and `steps` and returns the loss, a scalar. */
export function chainLoss(b: Builder, loss: ChainLoss): Value {
  const { emissions, transitions, mask, length, tags } = loss;
  const truth = b.input(TRUTH, "float32", ["batch", length, tags]);
  const steps = b.input(STEPS, "float32", [tags + 1, tags + 1]);
  const score = b.op("Add", [total(b, b.op("Mul", [emissions, truth])), total(b, b.op("Mul", [transitions, steps]))]);
  const first = b.op("Slice", [mask, b.ints([0]), b.ints([1]), b.ints([1])]);
  return b.op("Div", [b.op("Sub", [logZ(b, loss), score]), total(b, first)]);
}

/** Σ over sequences of log Z. */
function logZ(b: Builder, { emissions, transitions, mask, length, tags, allowed }: ChainLoss): Value {
  const part = (v: Value, rows: readonly [number, number], columns: readonly [number, number]): Value =>
    b.op("Slice", [v, b.ints([rows[0], columns[0]]), b.ints([rows[1], columns[1]]), b.ints([0, 1])]);
  const likely = b.op("Mul", [b.op("Exp", [transitions]), b.constant(allowed)]);
  const inner = part(likely, [0, tags], [0, tags]);
  const into = part(likely, [tags, tags + 1], [0, tags]);
  const out = b.op("Transpose", [part(likely, [0, tags], [tags, tags + 1])], { perm: [1, 0] });

  const greatest = b.op("ReduceMax", [emissions, b.ints([-1])], { keepdims: 1 });
  const at = pieces(b, b.op("Exp", [b.op("Sub", [emissions, greatest])]), length);
  const here = pieces(b, b.op("Greater", [mask, b.scalar(0)]), length);
  const scale = (v: Value): Value =>
    b.op("Max", [b.op("ReduceSum", [v, b.ints([1])], { keepdims: 1 }), b.scalar(LEAST)]);
  const begun = b.op("Mul", [at[0], into]);
  const sums = [scale(begun)];
  let alpha = b.op("Div", [begun, sums[0]]);
  for (let t = 1; t < length; t++) {
    const next = b.op("Mul", [b.op("MatMul", [alpha, inner]), at[t]]);
    sums.push(scale(next));
    alpha = b.op("Where", [here[t], b.op("Div", [next, sums[t]]), alpha]);
  }
  const ends = b.op("Log", [scale(b.op("Mul", [alpha, out]))]);
  const logs = b.op("Log", [sums.length === 1 ? sums[0] : b.op("Concat", sums, { axis: 1 })]);
  const each = b.op("Mul", [b.op("Add", [logs, b.op("Squeeze", [greatest, b.ints([-1])])]), mask]);
  return b.op("Add", [total(b, each), total(b, ends)]);
}

function total(b: Builder, v: Value): Value {
  return b.op("ReduceSum", [v], { keepdims: 0 });
}

/** The slices along axis 1, that axis gone from values of three axes and kept at 1 in those of two. */
function pieces(b: Builder, x: Value, length: number): Value[] {
  const parts = length === 1 ? [x] : b.ops("Split", [x], { axis: 1, num_outputs: length }, length);
  return x.dims.length === 2 ? parts : parts.map((p) => b.op("Squeeze", [p, b.ints([1])]));
}

/** The scores of steps for a decoder: one that may not be taken costs more than any sum makes good. */
export function constrained(transitions: Tensor, allowed: Tensor): Tensor {
  const scores = transitions.data as Float32Array;
  const data = new Float32Array(sizeOf(transitions.dims));
  for (let i = 0; i < data.length; i++) data[i] = allowed.data[i] === 1 ? scores[i] : FORBIDDEN;
  return tensor("float32", transitions.dims, data);
}

export const FORBIDDEN = -1e4;
