import type { Architecture } from "../model/readers/header.ts";
import { STEP } from "./cache.ts";

/**
 * Working memory of a transformer in llama.cpp, in bytes, all float32. Of u tokens at once it is the largest of three stages:
 *
 *   logits        4 u (V + E)
 *   feed-forward  4 u (2 F + 2 E)
 *   attention     4 u 6 E + the mask; and 4 u H C where the weights of attention are written out
 *
 * V vocabulary, E width, F inner width, H heads, C context. Read off what llama.cpp itself reports for Llama 3.1 8B at u = 512:
 * 258.50 MiB on the processor at C = 2048 (4 · 512 · (128256 + 4096)), 560 MiB at C = 8192 with attention written out.
 * Attention in one pass ("flash"), its default where it can, keeps only the mask, in float32 and again in float16.
 */
export function decoderActivations(
  { vocabulary, width, feedForward, heads, cache }: Architecture,
  { context, batch, flash = true }: { readonly context: number; readonly batch: number; readonly flash?: boolean },
): number {
  // An encoder takes its whole text in one step.
  const encoder = cache.length === 0;
  const tokens = encoder ? context * batch : Math.min(STEP, context * batch);
  const logits = tokens * (encoder ? width : vocabulary + width);
  const feed = tokens * 2 * (feedForward + width);
  const weights = flash ? 0 : tokens * heads * context;
  const mask = tokens * context * (flash ? 1.5 : 1);
  return 4 * Math.max(logits, feed, tokens * 6 * width + weights + mask);
}
