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
  /** What is kept of a pack beside its program. */
  readonly file: number;
  /** What heaps gather between two collections, where whittle runs a pack. */
  readonly garbage: number;
  readonly total: number;
  /** The most at once while loading. */
  readonly loadPeak: number;
  /** Why the sum is not all, where a part of it could not be told. */
  readonly missing: readonly string[];
}

export interface NeedsOptions extends CacheOptions {
  /** Bytes of weights, where others than the model's own are asked about. */
  readonly weights?: number;
  /** Where the program lies in a pack, and whittle runs it: `context` is then the characters of a text, `batch` the texts. */
  readonly pack?: Packed;
}

/** A pack beside its program. */
export interface Packed {
  /** Bytes of what is kept of it, and of what is made of that. */
  readonly held: number;
  /** Bytes that heaps gather between two collections. */
  readonly garbage: number;
  /** Characters of the longest text that it takes. */
  readonly longest: number;
  /** Bytes that a budget wants for running, so that one text of so many characters is answered (workbench/memory/budget). */
  leastRunning(characters: number): number;
  /** Shapes of the program's inputs by name for so many texts of so many characters, the largest that there are. */
  shapes(texts: number, characters: number): Readonly<Record<string, readonly number[]>>;
}

/** Weights are mapped or read once: loading peaks at them, and at nothing that running does not reach. */
export function needsOf(header: ModelHeader, options: NeedsOptions): Needs {
  const missing: string[] = [];
  const weights = options.weights ?? loadedWeights(header);
  if (header.tensors.length === 0 && header.program === null) missing.push("the file holds no weights");
  const runtime = runtimeOf(header, options.pack !== undefined).bytes;
  const { held: file = 0, garbage = 0 } = options.pack ?? {};
  const { cache, activations: live } = running(header, options, missing);
  const activations = Math.max(live, options.pack?.leastRunning(options.context) ?? 0);
  const loadPeak = weights + runtime + file;
  const total = loadPeak + cache + activations + garbage;
  return { weights, cache, activations, runtime, file, garbage, total, loadPeak, missing };
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
      inputs: options.pack?.shapes(options.batch, options.context),
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
