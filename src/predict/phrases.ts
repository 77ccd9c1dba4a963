import { phraseFinder } from "../features/phrases/find.ts";
import type { Phrases } from "../record/manifest.ts";
import type { Lattice } from "../spans/lattice.ts";
import { beginTag, insideTag, runsOf, tagCount, tagsOf } from "../spans/tags.ts";
import { tokensOf } from "../spans/tokens.ts";
import type { Scorer } from "./predictor.ts";

/** A token inside a found span is worth this much as such, and the span's first token that much less. */
const INSIDE = 8;

/**
 * Phrases and patterns as a scorer of tags. The path through a found span of precision p is worth log(p / (1 − p)) more than
 * the path beside it, so that the lattice gives it the probability p; every tag that nothing stands for is out of reach.
 */
export function phrasesScorer(program: Phrases, labels: readonly string[]): Scorer {
  const find = phraseFinder(program);
  const tags = tagCount(labels.length);
  const transitions = new Float32Array((tags + 1) ** 2);

  function latticeOf(text: string): Lattice {
    const tokens = tokensOf(text);
    const emissions = new Float32Array((tokens.length / 2) * tags).fill(-4 * INSIDE);
    for (let t = 0; t < tokens.length / 2; t++) emissions[t * tags] = 0;
    const found = find(text).map((span) => ({ ...span, label: labels[span.label] }));
    const confidence = new Map(found.map(({ start, confidence }) => [start, confidence]));
    for (const [first, end, label] of runsOf(tagsOf(found, tokens, labels))) {
      const p = confidence.get(tokens[2 * first]) ?? 0.5;
      emissions[first * tags + beginTag(label)] = Math.log(p / (1 - p)) - INSIDE * (end - first - 1);
      for (let t = first + 1; t < end; t++) emissions[t * tags + insideTag(label)] = INSIDE;
    }
    return { tokens, emissions, transitions, windows: 1 };
  }

  return {
    batch: 256,
    score: async (texts) => texts.map((text) => ({ form: "lattice", lattice: latticeOf(text) })),
    close: async () => undefined,
  };
}
