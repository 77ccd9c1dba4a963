import { sizeOf, type Tensor } from "../base/tensor.ts";
import type { Engine } from "../engine/port.ts";
import type { Manifest } from "../record/manifest.ts";
import { encoderOf } from "./encode.ts";
import type { ClassScores } from "../record/scored.ts";
import type { PredictOptions, Scorer, ScorerOptions } from "./predictor.ts";
import type { Parts } from "./parts.ts";
import { expectFloats, loadProgram } from "./program.ts";
import { wantsLess } from "./room.ts";
import { rowsARun } from "./rows-a-run.ts";

type Feeds = Readonly<Record<string, Tensor>>;

/** Rows a batch: enough to feed the matrix kernels, few enough that padded activations stay in cache. */
const BATCH = 32;

/** An ONNX graph behind the encoders that its manifest names. */
export async function onnxScorer(
  manifest: Manifest,
  part: string,
  parts: Parts,
  engine: Engine,
  options: ScorerOptions,
): Promise<Scorer> {
  const encode = encoderOf(manifest.inputs, parts);
  const program = await loadProgram(engine, parts, part, options);
  const labels = manifest.labels.length;

  async function score(texts: readonly string[], run: PredictOptions = {}): Promise<ClassScores[]> {
    const { feeds, owner } = encode(texts);
    const logits = await logitsOf(feeds, owner.length, { signal: run.signal, deadlineMs: run.deadlineMs });
    return average(logits, owner, texts.length, labels);
  }

  /** In one run, or in several where they are many or the gate wants less at once: the rows are no business of one another. */
  async function logitsOf(feeds: Feeds, rows: number, run: PredictOptions): Promise<Float32Array> {
    if (rows <= rowsARun({ ids: columnsOf(feeds, "ids"), tokens: columnsOf(feeds, "tokens") })) {
      try {
        const { logits } = await program.run(feeds, run);
        return expectFloats("logits", logits, [rows, labels]);
      } catch (fault) {
        if (rows === 1 || !wantsLess(fault)) throw fault;
      }
    }
    const half = rows >> 1;
    const all = new Float32Array(rows * labels);
    all.set(await logitsOf(rowsOf(feeds, 0, half), half, run));
    all.set(await logitsOf(rowsOf(feeds, half, rows), rows - half, run), half * labels);
    return all;
  }
  return { batch: BATCH, score, close: () => program.close() };
}

function columnsOf(feeds: Feeds, name: string): number | undefined {
  return (feeds[name] as Tensor | undefined)?.dims[1];
}

/** Rows [from, to) of every feed. */
function rowsOf(feeds: Feeds, from: number, to: number): Feeds {
  const cut = ({ type, dims, data }: Tensor): Tensor => {
    const width = sizeOf(dims.slice(1));
    return { type, dims: [to - from, ...dims.slice(1)], data: data.subarray(from * width, to * width) };
  };
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, cut(feed)]));
}

/** The mean of the logits of each text's windows. */
function average(rows: Float32Array, owner: readonly number[], texts: number, labels: number): ClassScores[] {
  const sums = Array.from({ length: texts }, () => ({
    form: "classes" as const,
    logits: new Float32Array(labels),
    windows: 0,
  }));
  owner.forEach((text, row) => {
    const sum = sums[text];
    for (let k = 0; k < labels; k++) sum.logits[k] += rows[row * labels + k];
    sum.windows++;
  });
  for (const { logits, windows } of sums) if (windows > 1) for (let k = 0; k < labels; k++) logits[k] /= windows;
  return sums;
}
