import { Fault } from "../base/fault.ts";
import type { Tensor } from "../base/tensor.ts";
import type { PatternSearch } from "../features/patterns/find.ts";
import { tokenStreams } from "../features/streams.ts";
import { SubwordReader } from "../features/subwords.ts";
import { readSubwords } from "../features/subwordsfile.ts";
import { tokenFeedsOf } from "../features/tokenfeeds.ts";
import { TokenEncoder } from "../features/tokens/encoder.ts";
import { readTokenVocabulary } from "../features/tokens/vocabularyfile.ts";
import type { InputSpec } from "../record/manifest.ts";
import { stitch, tokenWindows } from "../spans/windows.ts";
import { type Parts, requirePart } from "./parts.ts";

/** A text as the runs of a tagger's program. */
export interface TokenRuns {
  readonly runs: readonly { readonly feeds: Readonly<Record<string, Tensor>>; readonly tokens: number }[];
  /** The emissions of the runs, in order → those of the text's tokens, [n, tags]. */
  readonly join: (emissions: readonly Float32Array[], tags: number) => Float32Array;
  /** Windows whose tokens see no further than their ends; 1 where none is cut off. */
  readonly windows: number;
}

/** `search` is the text's own. */
export type TokenReading = (text: string, tokens: Int32Array, search: PatternSearch) => TokenRuns;

/** What the inputs of a manifest say of tokens, as one function. */
export function tokenReaderOf(specs: readonly InputSpec[], parts: Parts): TokenReading {
  const [features] = specs.flatMap((spec) => (spec.encoder === "token-features" ? [spec] : []));
  const [subwords] = specs.flatMap((spec) => (spec.encoder === "subwords" ? [spec] : []));
  if (features === undefined) {
    throw new Fault("pack/manifest", {
      what: "the pack does not say how its program reads tokens",
      where: "model.json: inputs",
      remedy: "make the pack again",
    });
  }
  const encoder = new TokenEncoder(features.spec, readTokenVocabulary(requirePart(parts, features.part)));
  if (subwords === undefined) {
    return (text, tokens, search) => ({
      // Pieces of what the whole text has: nothing is cut off between them.
      runs: encoder
        .partedFeeds(text, tokens, tokenStreams(features.streams, text, tokens, search))
        .map((feeds) => ({ feeds: { ...feeds }, tokens: feeds.line.dims[0] })),
      join: joined,
      windows: 1,
    });
  }
  const reader = new SubwordReader(subwords.spec, readSubwords(requirePart(parts, subwords.part)));
  const { window, overlap } = subwords;
  return (text, tokens, search) => {
    const stretches = tokenWindows(tokens.length / 2, window, overlap);
    const streams = tokenStreams(features.streams, text, tokens, search);
    const feeds = tokenFeedsOf(encoder, reader, text, tokens, stretches, streams);
    return {
      runs: feeds.map((fed, i) => ({ feeds: { ...fed }, tokens: stretches[i].end - stretches[i].first })),
      join: (emissions, tags) => stitch(stretches, emissions, tags),
      windows: Math.max(1, stretches.length),
    };
  };
}

function joined(emissions: readonly Float32Array[]): Float32Array {
  if (emissions.length === 1) return emissions[0];
  const whole = new Float32Array(emissions.reduce((sum, e) => sum + e.length, 0));
  let at = 0;
  for (const piece of emissions) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
