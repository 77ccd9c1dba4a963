import type { Engine } from "../engine/port.ts";
import type { Manifest } from "../record/manifest.ts";
import { encoderOf } from "./encode.ts";
import type { ClassScores } from "../record/scored.ts";
import type { OpenOptions, PredictOptions, Scorer } from "./predictor.ts";
import type { Parts } from "./parts.ts";
import { expectFloats, loadProgram } from "./program.ts";

/** Rows a batch: enough to feed the matrix kernels, few enough that padded activations stay in cache. */
const BATCH = 32;

/** An ONNX graph behind the encoders that its manifest names. */
export async function onnxScorer(
  manifest: Manifest,
  part: string,
  parts: Parts,
  engine: Engine,
  options: OpenOptions,
): Promise<Scorer> {
  const encode = encoderOf(manifest.inputs, parts);
  const program = await loadProgram(engine, parts, part, options);
  const labels = manifest.labels.length;

  async function score(texts: readonly string[], run: PredictOptions = {}): Promise<ClassScores[]> {
    const { feeds, owner } = encode(texts);
    const { logits } = await program.run(feeds, { signal: run.signal, deadlineMs: run.deadlineMs });
    return average(expectFloats("logits", logits, [owner.length, labels]), owner, texts.length, labels);
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
