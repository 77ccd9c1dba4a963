import type { ModelHeader } from "../model/readers/header.ts";
import { cacheBytes, type CacheOptions } from "./cache.ts";
import { decoderActivations } from "./decoder.ts";
import { workingBytes } from "./liveness.ts";
import { programWeights } from "./loaded.ts";
import { runtimeOf } from "./runtime.ts";

/** Bytes that a model takes while it runs, by what for. */
export interface Needs {
  readonly weights: number;
  /** Keys and values of attention. */
  readonly cache: number;
  /** What the model's operations hold between them. */
  readonly activations: number;
  /** The program around the model. */
  readonly runtime: number;
  /** The file, where it is kept in memory beside what was made of it. */
  readonly file: number;
  readonly total: number;
  /** The most at once while loading. */
  readonly loadPeak: number;
  /** Why the sum is not all, where a part of it could not be told. */
  readonly missing: readonly string[];
}

export interface NeedsOptions extends CacheOptions {
  /** Bytes of weights, where others than the model's own are asked about. */
  readonly weights?: number;
  /** Bytes of a file that is read into memory whole: a pack. */
  readonly held?: number;
  /** Shapes of a program's inputs by name, where they are known better than by batch and length. */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
}

/** Weights are mapped or read once: loading peaks at them, and at nothing that running does not reach. */
export function needsOf(header: ModelHeader, options: NeedsOptions): Needs {
  const missing: string[] = [];
  const weights = options.weights ?? loadedWeights(header);
  if (header.tensors.length === 0 && header.program === null) missing.push("the file holds no weights");
  const runtime = runtimeOf(header, options.held !== undefined).bytes;
  const file = options.held ?? 0;
  const { cache, activations } = running(header, options, missing);
  const total = weights + cache + activations + runtime + file;
  return { weights, cache, activations, runtime, file, total, loadPeak: weights + runtime + file, missing };
}

export function loadedWeights({ tensors, program }: ModelHeader): number {
  return program !== null ? programWeights(program, tensors) : tensors.reduce((sum, t) => sum + t.bytes, 0);
}

function running(
  { architecture, program }: ModelHeader,
  options: NeedsOptions,
  missing: string[],
): { cache: number; activations: number } {
  if (program !== null) {
    const { bytes, unsized } = workingBytes(program, {
      batch: options.batch,
      length: options.context,
      inputs: options.inputs,
    });
    if (unsized > 0) missing.push(`the sizes of ${unsized} values of the program are not known`);
    return { cache: 0, activations: bytes };
  }
  if (architecture === null) {
    missing.push("the header does not say how the model is built");
    return { cache: 0, activations: 0 };
  }
  const activations = decoderActivations(architecture, options);
  if (architecture.uncounted === null) return { cache: cacheBytes(architecture, options), activations };
  missing.push(architecture.uncounted);
  return { cache: 0, activations };
}
