import { fitNgrams } from "../../features/ngram.ts";
import type { Rung } from "../rung.ts";
import { ngramSpec } from "./linear.ts";
import { fitNetwork } from "./network.ts";

/** The largest data for which k fits are still quick. */
const FOLDS_UP_TO = 20_000;

/** A bag: the n-grams of the linear rung through an embedding sum, one hidden layer and a classifier. */
export const bag: Rung = {
  name: "bag",
  defaults: {
    features: 40_000,
    width: 128,
    epochs: 9,
    batch: 64,
    rate: 0.004,
    warmUp: 0.1,
    smoothing: 0.1,
    featureDropout: 0.2,
    dropout: 0.3,
    decay: 0.01,
    clip: 1,
    patience: 4,
  },
  seeded: true,
  judge: (rows) => (rows <= FOLDS_UP_TO ? "folds" : "dev"),
  fit: async (material, settings, context) => {
    const texts = material.train.map((row) => row.text);
    return fitNetwork(material, { ngrams: fitNgrams(ngramSpec(settings, texts.length), texts) }, settings, context);
  },
};
