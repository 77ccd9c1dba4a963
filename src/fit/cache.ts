import type { Architecture } from "../model/readers/header.ts";
import { type Precision, precisions } from "../model/readers/precision.ts";

/** Precisions in which keys and values are kept, the finest first. */
export const cachePrecisions = { f16: "F16", q8_0: "Q8_0", q4_0: "Q4_0" } as const satisfies Record<string, Precision>;
export type CachePrecision = keyof typeof cachePrecisions;

/** Tokens that are worked on at once; llama.cpp's n_ubatch. */
export const STEP = 512;
/** Windows are rounded up to so many tokens, as llama.cpp's cache for sliding windows is. */
const WINDOW_GRAIN = 256;

export interface CacheOptions {
  /** Tokens of one sequence. */
  readonly context: number;
  /** Sequences at once. */
  readonly batch: number;
  readonly cache: CachePrecision;
}

/**
 * Bytes of keys and values: over all layers, batch × tokens × (keys + values). With grouped queries a layer keeps the keys of
 * its key heads alone; one with a sliding window keeps min(context, window + STEP) tokens, the window's and those of one step.
 */
export function cacheBytes({ cache: layers }: Architecture, { context, batch, cache }: CacheOptions): number {
  const precision = precisions[cachePrecisions[cache]];
  const stored = (elements: number): number => Math.ceil(elements / precision.elements) * precision.bytes;
  return layers.reduce((sum, { keys, values, window }) => {
    const kept =
      window === null ? context : Math.min(context, Math.ceil((window + STEP) / WINDOW_GRAIN) * WINDOW_GRAIN);
    return sum + batch * kept * (stored(keys) + stored(values));
  }, 0);
}
