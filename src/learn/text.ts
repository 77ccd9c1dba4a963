import { fitNgrams, keepPrints, NgramEncoder, type NgramSpec } from "../features/ngram.ts";
import { type LinearOptions, trainLinear } from "./dual.ts";
import type { LinearModel } from "./linear.ts";
import { strongest } from "./prune.ts";

/** Texts with a class each. */
export interface LabelledTexts {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  readonly classes: number;
  readonly rowWeights?: Float64Array;
}

export interface TextModel {
  readonly encoder: NgramEncoder;
  readonly model: LinearModel;
}

/** Tolerance of the fit that only chooses: which weights are great shows long before they have settled. */
const CHOOSING = 1;

/**
 * A linear machine over n-grams in two fits: the first, over all the spec allows, tells which `keep` features weigh
 * most; the second is over those alone, so what is left takes over the part of what was let go. Without `keep`, or when
 * there are no more features than it, the first fit is the answer.
 */
export async function trainText(
  { texts, labels, classes, rowWeights }: LabelledTexts,
  spec: NgramSpec,
  options: LinearOptions & { readonly keep?: number } = {},
): Promise<TextModel> {
  const fit = (encoder: NgramEncoder, tolerance?: number): Promise<LinearModel> =>
    trainLinear({ matrix: encoder.encodeAll(texts), labels, classes, rowWeights }, { ...options, tolerance });
  const encoder = fitNgrams(spec, texts);
  const { keep, tolerance } = options;
  if (keep === undefined || keep >= encoder.size) return { encoder, model: await fit(encoder, tolerance) };
  const kept = keepPrints(encoder.vocabulary, strongest(await fit(encoder, CHOOSING), keep));
  const fewer = new NgramEncoder(spec, kept);
  return { encoder: fewer, model: await fit(fewer, tolerance) };
}
