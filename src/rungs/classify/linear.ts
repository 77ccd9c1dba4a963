import { toOnnx } from "../../graph/index.ts";
import { defaultNgrams, fitNgrams, ngramsFor, type NgramEncoder, type NgramSpec } from "../../features/ngram.ts";
import { writeVocabulary } from "../../features/vocabularyfile.ts";
import { trainLinear } from "../../learn/dual.ts";
import { linearNetwork } from "../../model/bag.ts";
import type { Example } from "../../record/dataset.ts";
import type { InputSpec } from "../../record/manifest.ts";
import type { Setting } from "../../record/recipe.ts";
import type { Rung } from "../rung.ts";
import { manifestPart } from "./manifest.ts";

/** The parts' names, which manifests and quantisation know them by. */
export const FEATURES = "features.bin";
export const GRAPH = "model.onnx";

/**
 * Linear over word and character n-grams with sublinear tf-idf: one-vs-rest SVMs with squared hinge loss, solved by dual
 * coordinate descent. Classical, trained in seconds.
 */
export const linear: Rung = {
  name: "linear",
  defaults: { features: defaultNgrams.most },
  seeded: false,
  judge: () => "folds",
  async fit({ train, labels, maxTextLength }, settings, { seed, threads, signal }) {
    const texts = train.map((row) => row.text);
    const spec = ngramSpec(settings, train.length);
    const cost = costFor(settings, train.length);
    const encoder = fitNgrams(spec, texts);
    const problem = { matrix: encoder.encodeAll(texts), labels: classesOf(train, labels), classes: labels.length };
    const model = await trainLinear(problem, { cost, seed, threads, signal });
    return {
      parts: [
        manifestPart({
          kind: "classify",
          program: { type: "onnx", part: GRAPH },
          inputs: [ngramInput(encoder)],
          labels: [...labels],
          temperature: 1,
          scopeThreshold: null,
          maxTextLength,
        }),
        { name: FEATURES, bytes: writeVocabulary(encoder.vocabulary) },
        { name: GRAPH, bytes: toOnnx(linearNetwork(model)) },
      ],
      curve: [],
      found: { cost, ...frozen(spec) },
    };
  },
};

export function ngramInput({ spec }: NgramEncoder): InputSpec {
  const { lower, words, characters, minDocuments, most, sublinear, idf } = spec;
  const lengths = (l: typeof words): [number, number] | null => (l === null ? null : [l[0], l[1]]);
  return {
    encoder: "ngrams",
    part: FEATURES,
    spec: { lower, words: lengths(words), characters: lengths(characters), minDocuments, most, sublinear, idf },
  };
}

export function ngramSpec(settings: Readonly<Record<string, Setting>>, rows: number): NgramSpec {
  const spec = { ...ngramsFor(rows), most: Number(settings["features"]) };
  return settings["minDocuments"] === undefined ? spec : { ...spec, minDocuments: Number(settings["minDocuments"]) };
}

/** What was chosen by the number of rows, for the refit to repeat on its more rows. */
export function frozen({ minDocuments }: NgramSpec): Readonly<Record<string, Setting>> {
  return { minDocuments };
}

/** Few rows want less of a margin: cost 1 won by cross-validation on 770 rows and 0.5 on 8,000. */
function costFor(settings: Readonly<Record<string, Setting>>, rows: number): number {
  return Number(settings["cost"] ?? (rows < 2000 ? 1 : 0.5));
}

/** Class ids of rows with an answer, in the order of `labels`. */
export function classesOf(rows: readonly Example[], labels: readonly string[]): Int32Array {
  const id = new Map(labels.map((label, i) => [label, i]));
  return Int32Array.from(rows, (row) => id.get(row.target ?? "") as number);
}
