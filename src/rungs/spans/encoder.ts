import { toOnnx } from "../../graph/index.ts";
import { defaultSubwords } from "../../features/subwords.ts";
import { writeSubwords } from "../../features/subwordsfile.ts";
import { defaultTokenFeatures } from "../../features/tokens/spec.ts";
import { writeTokenVocabulary } from "../../features/tokens/vocabularyfile.ts";
import type { Setting } from "../../record/recipe.ts";
import type { Rung } from "../rung.ts";
import { FEATURES, GRAPH, markedText, streams } from "./linear.ts";
import { spanManifest } from "./manifest.ts";
import { fitTagger, type TaggerSettings } from "./tagger.ts";

export const SUBWORDS = "subwords.bin";

/** Rows up to which five fits are worth their time. */
const FOLDS_UP_TO = 2_000;

/**
 * A small network from scratch over the characters of words and their surroundings, with a random field for its loss,
 * beside the linear field of the rung below: the two scores are averaged, with a weight fitted on dev and frozen for the
 * refit.
 */
export const encoder: Rung = {
  name: "encoder",
  defaults: {
    width: 128,
    layers: 2,
    subwords: 30_000,
    window: 64,
    overlap: 16,
    rate: 0.002,
    warmUp: 0.1,
    decay: 0.01,
    clip: 5,
    patience: 5,
    share: 0.5,
  },
  seeded: true,
  judge: (rows) => (rows <= FOLDS_UP_TO ? "folds" : "dev"),
  async fit(material, settings, context) {
    const { train, watch, labels } = material;
    const given = settingsOf(settings, train.length);
    const { graph, subwords, field, curve, bestEpoch, share } = await fitTagger(
      train.map(markedText),
      watch.map(markedText),
      labels,
      given,
      {
        ...context,
        progress: (epoch, part, loss) =>
          context.progress.report({
            stage: "train",
            label: `encoder, ${train.length} rows, epoch ${epoch}, loss ${loss.toFixed(2)}`,
            done: Math.round(100 * (epoch - 1 + part)),
            total: 100 * given.epochs,
          }),
      },
    );
    return {
      parts: [
        spanManifest(material, {
          program: { type: "onnx", part: GRAPH },
          inputs: [
            { encoder: "token-features", part: FEATURES, spec: given.features, streams: [...streams] },
            {
              encoder: "subwords",
              part: SUBWORDS,
              spec: { ...given.subwords, characters: [given.subwords.characters[0], given.subwords.characters[1]] },
              window: given.window,
              overlap: given.overlap,
            },
          ],
        }),
        { name: FEATURES, bytes: writeTokenVocabulary(field.vocabulary) },
        { name: SUBWORDS, bytes: writeSubwords(subwords.prints) },
        { name: GRAPH, bytes: toOnnx(graph) },
      ],
      curve,
      found: { ...frozen(given), ...(watch.length > 0 ? { bestEpoch, share } : {}) },
    };
  },
};

/** Rows from which a network has seen enough in fewer epochs of larger batches, and is to forget less. */
const MANY_ROWS = 4_000;
const FEW = { epochs: 14, batch: 16, minTexts: 1, dropout: 0.4, featureDropout: 0.3, swap: 0.4 };
const MANY = { epochs: 12, batch: 32, minTexts: 2, dropout: 0.3, featureDropout: 0.2, swap: 0.3 };

/** What was chosen by the number of rows, for the refit to repeat on its more rows. */
function frozen(given: TaggerSettings): Readonly<Record<string, Setting>> {
  const { epochs, batch, dropout, featureDropout, swap } = given;
  return { epochs, batch, minTexts: given.subwords.minTexts, dropout, featureDropout, swap };
}

function settingsOf(settings: Readonly<Record<string, Setting>>, rows: number): TaggerSettings {
  const chosen: Readonly<Record<string, Setting>> = { ...(rows < MANY_ROWS ? FEW : MANY), ...settings };
  const setting = (name: string): number => Number(chosen[name]);
  return {
    subwords: { ...defaultSubwords, minTexts: setting("minTexts"), most: setting("subwords") },
    features: defaultTokenFeatures,
    width: setting("width"),
    layers: setting("layers"),
    window: setting("window"),
    overlap: setting("overlap"),
    epochs: setting("epochs"),
    ...(settings["bestEpoch"] === undefined ? {} : { stopAfter: setting("bestEpoch") }),
    patience: setting("patience"),
    batch: setting("batch"),
    rate: setting("rate"),
    warmUp: setting("warmUp"),
    dropout: setting("dropout"),
    featureDropout: setting("featureDropout"),
    swap: setting("swap"),
    decay: setting("decay"),
    clip: setting("clip"),
    share: setting("share"),
  };
}
