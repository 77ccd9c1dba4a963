import type { Engine } from "../engine/port.ts";
import type { Manifest } from "../record/manifest.ts";
import { type Encoded, encoderOf } from "./encode.ts";
import type { ClassScores } from "../record/scored.ts";
import type { PredictOptions, Scorer, ScorerOptions } from "./predictor.ts";
import type { Parts } from "./parts.ts";
import { expectFloats, loadProgram } from "./program.ts";
import { wantsLess } from "./room.ts";
import { rowsARun } from "./rows-a-run.ts";

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

  async function score(texts: readonly string[], { signal, deadlineMs }: PredictOptions = {}): Promise<ClassScores[]> {
    const encoded = encode(texts);
    const { owner } = encoded;
    const logits = new Float32Array(owner.length * labels);
    await run(encoded, 0, owner.length, logits, { signal, deadlineMs });
    return average(logits, owner, texts.length, labels);
  }

  /** In one run, or in several where they are many or the gate wants less at once: the rows are no business of one another. */
  async function run(
    encoded: Encoded,
    from: number,
    to: number,
    logits: Float32Array,
    options: PredictOptions,
  ): Promise<void> {
    const rows = to - from;
    if (rows <= rowsARun(encoded.columns(from, to))) {
      try {
        const said = await program.run(encoded.feeds(from, to), options);
        logits.set(expectFloats("logits", said["logits"], [rows, labels]), from * labels);
        return;
      } catch (fault) {
        if (rows === 1 || !wantsLess(fault)) throw fault;
      }
    }
    const middle = from + (rows >> 1);
    await run(encoded, from, middle, logits, options);
    await run(encoded, middle, to, logits, options);
  }
  return { batch: BATCH, score, close: () => program.close() };
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
