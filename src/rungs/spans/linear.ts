import { toOnnx } from "../../graph/index.ts";
import { defaultTokenFeatures } from "../../features/tokens/spec.ts";
import { writeTokenVocabulary } from "../../features/tokens/vocabularyfile.ts";
import { crfDefaults } from "../../learn/crf/train.ts";
import { crfNetwork } from "../../model/crf.ts";
import { parseSpans } from "../../spans/span.ts";
import { tokensOf } from "../../spans/tokens.ts";
import type { Rung } from "../rung.ts";
import { fitCrf } from "./crf.ts";
import { spanManifest } from "./manifest.ts";

/** The parts' names, which manifests and quantisation know them by. */
export const FEATURES = "features.bin";
export const GRAPH = "model.onnx";

/** A linear-chain conditional random field over the words, shapes, affixes and surroundings of tokens. */
export const linear: Rung = {
  name: "linear",
  defaults: { epochs: crfDefaults.epochs },
  seeded: false,
  judge: (rows) => (rows <= FOLDED ? "folds" : "dev"),
  async fit(material, settings, { seed, progress, signal }) {
    const { train, labels } = material;
    const texts = train.map(({ text, target }) => ({
      text,
      tokens: tokensOf(text),
      spans: parseSpans(target as string).spans,
    }));
    const epochs = Number(settings["epochs"]);
    const report = (done: number, loss: number): void =>
      progress.report({ stage: "train", label: `${train.length} rows, loss ${loss.toFixed(2)}`, done, total: epochs });
    const { prints, model } = await fitCrf(
      texts,
      labels,
      defaultTokenFeatures,
      { epochs, seed },
      { signal, epoch: report },
    );
    return {
      parts: [
        spanManifest(material, {
          program: { type: "onnx", part: GRAPH },
          inputs: [{ encoder: "token-features", part: FEATURES, spec: defaultTokenFeatures }],
        }),
        { name: FEATURES, bytes: writeTokenVocabulary(prints) },
        { name: GRAPH, bytes: toOnnx(crfNetwork(model)) },
      ],
      curve: [],
      found: {},
    };
  },
};

/** Rows up to which five fits cost little. */
const FOLDED = 4000;
