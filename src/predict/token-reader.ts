import { Fault } from "../base/fault.ts";
import type { Tensor } from "../base/tensor.ts";
import { TokenEncoder } from "../features/tokens/encoder.ts";
import { readTokenVocabulary } from "../features/tokens/vocabularyfile.ts";
import type { InputSpec } from "../record/manifest.ts";
import { type Parts, requirePart } from "./parts.ts";

/** A text as the runs of a tagger's program. */
export interface TokenRuns {
  readonly runs: Iterable<{ readonly feeds: Readonly<Record<string, Tensor>>; readonly tokens: number }>;
  /** The emissions of the runs, in order → those of the text's tokens, [n, tags]. */
  readonly join: (emissions: readonly Float32Array[], tags: number) => Float32Array;
  readonly windows: number;
}

export type TokenReading = (text: string, tokens: Int32Array) => TokenRuns;

/** What the inputs of a manifest say of tokens, as one function. */
export function tokenReaderOf(specs: readonly InputSpec[], parts: Parts): TokenReading {
  const [features] = specs.flatMap((spec) => (spec.encoder === "token-features" ? [spec] : []));
  if (features === undefined) {
    throw new Fault("pack/manifest", {
      what: "the pack does not say how its program reads tokens",
      where: "model.json: inputs",
      remedy: "make the pack again",
    });
  }
  const encoder = new TokenEncoder(features.spec, readTokenVocabulary(requirePart(parts, features.part)));
  return (text, tokens) => ({
    runs: pieces(encoder, text, tokens),
    join: joined,
    windows: 1,
  });
}

function* pieces(encoder: TokenEncoder, text: string, tokens: Int32Array): TokenRuns["runs"] & Generator {
  for (const feeds of encoder.feeds(text, tokens)) yield { feeds, tokens: feeds.ids.dims[0] };
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
