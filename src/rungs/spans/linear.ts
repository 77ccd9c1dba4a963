import { toOnnx } from "../../graph/index.ts";
import { type StreamName, tokenStreams } from "../../features/streams.ts";
import { PARTS } from "../../features/tokens/parts.ts";
import { defaultTokenFeatures } from "../../features/tokens/spec.ts";
import { writeTokenVocabulary } from "../../features/tokens/vocabularyfile.ts";
import { crfDefaults } from "../../learn/crf/train.ts";
import { crfNetwork } from "../../model/crf.ts";
import type { Example } from "../../record/dataset.ts";
import { parseSpans } from "../../spans/span.ts";
import { tokensOf } from "../../spans/tokens.ts";
import type { Rung } from "../rung.ts";
import { fitCrf, type MarkedText } from "./crf.ts";
import { spanManifest } from "./manifest.ts";

/** The parts' names, which manifests and quantisation know them by. */
export const FEATURES = "features.bin";
export const GRAPH = "model.onnx";

/** A linear-chain conditional random field over the words, shapes, affixes and surroundings of tokens. */
export const linear: Rung = {
  name: "linear",
  defaults: {},
  seeded: false,
  judge: (rows) => (rows <= FOLDED ? "folds" : "dev"),
  async fit(material, settings, { seed, progress, signal }) {
    const { train, labels } = material;
    const texts = train.map((row) => markedText(row));
    const epochs = Number(settings["epochs"] ?? epochsFor(train.length));
    const report = (done: number, loss: number): void =>
      progress.report({ stage: "train", label: `${train.length} rows, loss ${loss.toFixed(2)}`, done, total: epochs });
    const { vocabulary, model } = await fitCrf(
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
          inputs: [{ encoder: "token-features", part: FEATURES, spec: defaultTokenFeatures, streams: [...streams] }],
        }),
        { name: FEATURES, bytes: writeTokenVocabulary(vocabulary) },
        { name: GRAPH, bytes: toOnnx(crfNetwork(model, PARTS)) },
      ],
      curve: [],
      found: { epochs },
    };
  },
};

/** What is known of a token beside its letters, where the rungs of spans read it. */
export const streams: readonly StreamName[] = ["patterns", "gazetteer"];

/** A row as taggers train on it. */
export function markedText({ text, target }: Pick<Example, "text" | "target">): MarkedText {
  const tokens = tokensOf(text);
  return { text, tokens, spans: parseSpans(target ?? "[]").spans, streams: tokenStreams(streams, text, tokens) };
}

/** Many rows teach as much in fewer passes. */
function epochsFor(rows: number): number {
  return rows > MANY ? 12 : crfDefaults.epochs;
}

const MANY = 8000;

/** Rows up to which five fits cost little. */
const FOLDED = 4000;
