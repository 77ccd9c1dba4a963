import { fitNgrams } from "../../features/ngram.ts";
import type { EncoderConfig } from "../../model/encoder.ts";
import { trainTokenizer } from "../../text/tokenizer.ts";
import type { Rung } from "../rung.ts";
import { ngramSpec } from "./linear.ts";
import { fitNetwork } from "./network.ts";

/** The largest data for which k fits are worth their time. */
const FOLDS_UP_TO = 1_500;

/**
 * A small transformer from scratch over a tokenizer learned from the task's own text, beside the bag: n-grams know the
 * words, the encoder their order. The weight of its answer is fitted on dev and frozen for the refit; where no rows are
 * watched it is `textShare`.
 */
export const encoder: Rung = {
  name: "encoder",
  defaults: {
    features: 40_000,
    width: 128,
    vocabulary: 3_000,
    window: 64,
    layers: 2,
    heads: 4,
    textWidth: 128,
    feedForward: 512,
    textDropout: 0.3,
    textShare: 0.1,
    epochs: 12,
    batch: 32,
    rate: 0.002,
    warmUp: 0.1,
    smoothing: 0.1,
    featureDropout: 0.2,
    dropout: 0.3,
    decay: 0.05,
    clip: 1,
    patience: 5,
  },
  seeded: true,
  judge: (rows) => (rows <= FOLDS_UP_TO ? "folds" : "dev"),
  fit: async (material, settings, context) => {
    const texts = material.train.map((row) => row.text);
    const tokenizer = trainTokenizer(texts, { vocabulary: Number(settings["vocabulary"]), lower: true });
    const config: EncoderConfig = {
      layers: Number(settings["layers"]),
      width: Number(settings["textWidth"]),
      heads: Number(settings["heads"]),
      feedForward: Number(settings["feedForward"]),
      vocabulary: tokenizer.size,
      positions: Number(settings["window"]),
      classes: material.labels.length,
      dropout: Number(settings["textDropout"]),
    };
    const reading = { ngrams: fitNgrams(ngramSpec(settings, texts.length), texts), text: { tokenizer, config } };
    return fitNetwork(material, reading, settings, context);
  },
};
