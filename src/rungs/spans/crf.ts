import { fitTokens, type TokenText } from "../../features/tokens/fit.ts";
import type { TokenVocabulary } from "../../features/tokens/vocabularyfile.ts";
import type { TokenFeatureSpec } from "../../features/tokens/spec.ts";
import { type CrfContext, type CrfOptions, trainCrf } from "../../learn/crf/train.ts";
import type { CrfModel } from "../../learn/crf/problem.ts";
import type { Span } from "../../spans/span.ts";
import { runsOf, tagsOf } from "../../spans/tags.ts";

/** A text with its tokens and what is marked in it. */
export interface MarkedText extends TokenText {
  /** In order of their starts, without overlap. */
  readonly spans: readonly Span[];
}

export interface FittedCrf {
  readonly vocabulary: TokenVocabulary;
  readonly model: CrfModel;
}

/** Learns features and weights from marked texts. A function of its arguments, without the context. */
export async function fitCrf(
  texts: readonly MarkedText[],
  labels: readonly string[],
  spec: TokenFeatureSpec,
  options: Partial<CrfOptions> = {},
  context: CrfContext = {},
): Promise<FittedCrf> {
  const paths = texts.map(({ spans, tokens }) => tagsOf(spans, tokens, labels));
  const { vocabulary, rows } = fitTokens(
    spec,
    texts.map((text, r) => ({ ...text, runs: runsOf(paths[r]) })),
  );
  const tags = new Int32Array(rows.offsets.length - 1);
  paths.forEach((path, r) => tags.set(path, rows.texts[r]));
  return prune(vocabulary, await trainCrf({ rows, tags, labels: labels.length }, options, context));
}

/** Features that say next to nothing about any tag are not worth their bytes: less than this, in nats. */
const SLIGHT = 0.05;

function prune({ prints, values }: TokenVocabulary, model: CrfModel): FittedCrf {
  const { tags, weights } = model;
  const kept = prints.map((_, f) =>
    weights.subarray(f * tags, (f + 1) * tags).some((w) => Math.abs(w) > SLIGHT) ? 1 : 0,
  );
  const features = kept.reduce((sum, k) => sum + k, 0);
  const fewer = new Float32Array(features * tags);
  let at = 0;
  kept.forEach((keep, f) => {
    if (keep === 1) fewer.set(weights.subarray(f * tags, (f + 1) * tags), tags * at++);
  });
  return {
    vocabulary: { prints: prints.filter((_, f) => kept[f] === 1), values },
    model: { ...model, features, weights: fewer },
  };
}
