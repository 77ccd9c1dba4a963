import { canonical } from "../../base/hash.ts";
import { ngramFeeds, tokenFeeds, windowsOf } from "../../features/feeds.ts";
import type { NgramEncoder } from "../../features/ngram.ts";
import { writeVocabulary } from "../../features/vocabularyfile.ts";
import { toOnnx } from "../../graph/index.ts";
import { trainLoop } from "../../learn/network/loop.ts";
import { greatest } from "../../learn/linear.ts";
import { networkTrainer, type NetworkTrainer } from "../../learn/network/trainer.ts";
import { BY_GRAMS, BY_TEXT } from "../../model/bag.ts";
import type { EncoderConfig } from "../../model/encoder.ts";
import type { Example } from "../../record/dataset.ts";
import type { Setting } from "../../record/recipe.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import type { FitContext, Fitted, Material } from "../rung.ts";
import { classesOf, FEATURES, frozen, GRAPH, ngramInput } from "./linear.ts";
import { manifestPart } from "./manifest.ts";

const TOKENIZER = "tokenizer.json";

/** What a network reads: n-grams always, and the text itself where it has an encoder. */
export interface Reading {
  readonly ngrams: NgramEncoder;
  readonly text?: { readonly tokenizer: Tokenizer; readonly config: EncoderConfig };
}

/** Fits the bag or the encoder: the same training, with or without the part that reads the text. */
export async function fitNetwork(
  material: Material,
  reading: Reading,
  settings: Readonly<Record<string, Setting>>,
  context: FitContext,
): Promise<Fitted> {
  const { train, watch, labels, maxTextLength } = material;
  const setting = (name: string): number => Number(settings[name]);
  const texts = train.map((row) => row.text);
  const tokens = texts.map((text) => firstWindow(reading, text));
  const grams = reading.ngrams.encodeAll(texts);
  const trainer = await networkTrainer(
    context.engine,
    { grams, tokens, labels: classesOf(train, labels) },
    {
      network: {
        features: Math.max(1, reading.ngrams.size),
        width: setting("width"),
        labels: labels.length,
        dropout: setting("dropout"),
        ...(reading.text === undefined ? {} : { text: reading.text.config }),
      },
      seed: context.seed,
      // Batches of a bag are too small for a second thread to pay.
      threads: reading.text === undefined ? 1 : context.threads,
      smoothing: setting("smoothing"),
      featureDropout: setting("featureDropout"),
      decay: setting("decay"),
      clip: setting("clip"),
    },
  );
  try {
    const label = `${reading.text === undefined ? "bag" : "encoder"}, ${train.length} rows`;
    const { curve, best } = await trainLoop(
      {
        ...trainer,
        ...(watch.length > 0
          ? { watch: async () => (await watched(watch, labels, reading, trainer, context)).accuracy }
          : {}),
      },
      {
        epochs: setting("epochs"),
        ...(settings["bestEpoch"] === undefined ? {} : { stopAfter: setting("bestEpoch") }),
        patience: setting("patience"),
        batch: setting("batch"),
        rate: setting("rate"),
        warmUp: setting("warmUp"),
        seed: context.seed,
        lengths: Array.from(texts, (text, i) => (reading.text === undefined ? text.length : tokens[i].length)),
        checkpoint: context.checkpoint,
        signal: context.signal,
        progress: (epoch, share, loss) =>
          context.progress.report({
            stage: "train",
            label: `${label}, epoch ${epoch}, loss ${loss.toFixed(2)}`,
            done: Math.round(100 * (epoch - 1 + share)),
            total: 100 * setting("epochs"),
          }),
      },
    );
    const share =
      reading.text === undefined || watch.length === 0
        ? Number(settings["textShare"] ?? 0)
        : (await watched(watch, labels, reading, trainer, context)).share;
    return {
      parts: [
        manifestPart({
          kind: "classify",
          program: { type: "onnx", part: GRAPH },
          inputs: [
            ngramInput(reading.ngrams),
            ...(reading.text === undefined
              ? []
              : [{ encoder: "tokens" as const, part: TOKENIZER, window: reading.text.config.positions }]),
          ],
          labels: [...labels],
          temperature: 1,
          scopeThreshold: null,
          maxTextLength,
        }),
        { name: FEATURES, bytes: writeVocabulary(reading.ngrams.vocabulary) },
        ...(reading.text === undefined
          ? []
          : [{ name: TOKENIZER, bytes: new TextEncoder().encode(canonical(reading.text.tokenizer.spec)) }]),
        { name: GRAPH, bytes: toOnnx(await trainer.serving(share)) },
      ],
      curve,
      found: {
        ...frozen(reading.ngrams.spec),
        ...(watch.length > 0 ? { bestEpoch: best } : {}),
        ...(watch.length > 0 && reading.text !== undefined ? { textShare: share } : {}),
      },
    };
  } finally {
    await trainer.close();
  }
}

/**
 * A long text is trained on by its first window; predictions read every window. (Windows of one text share its n-grams, so
 * training on each would weigh long texts more.)
 */
function firstWindow(reading: Reading, text: string): Int32Array {
  return reading.text === undefined
    ? new Int32Array(0)
    : windowsOf(reading.text.tokenizer, text, reading.text.config.positions)[0];
}

/** Weights of the encoder's answer that are tried on the rows watched. */
const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * Accuracy of the network as it stands, through the graph that will be served. With an encoder, at the weight of its
 * answer that does best on these rows, the smallest among equals.
 */
async function watched(
  rows: readonly Example[],
  labels: readonly string[],
  reading: Reading,
  trainer: NetworkTrainer,
  { engine, threads }: FitContext,
): Promise<{ accuracy: number; share: number }> {
  const program = await engine.load(toOnnx(await trainer.serving()), { thread: "here", intraOpThreads: threads });
  const truth = classesOf(rows, labels);
  const shares = reading.text === undefined ? [0] : SHARES;
  const right = shares.map(() => 0);
  for (let from = 0; from < rows.length; from += 64) {
    const batch = rows.slice(from, from + 64);
    const feeds = ngramFeeds(batch.map((row) => reading.ngrams.encode(row.text)));
    if (reading.text !== undefined) {
      Object.assign(feeds, tokenFeeds(batch.map((row) => firstWindow(reading, row.text))));
    }
    const results = await program.run(feeds);
    const grams = (results[BY_GRAMS] ?? results["logits"]).data as Float32Array;
    const text = (results[BY_TEXT] ?? results["logits"]).data as Float32Array;
    shares.forEach((share, s) => {
      const mixed = grams.map((score, i) => (1 - share) * score + share * text[i]);
      batch.forEach((_, i) => {
        if (greatest(mixed, i * labels.length, (i + 1) * labels.length) === truth[from + i]) right[s]++;
      });
    });
  }
  await program.close();
  const best = right.indexOf(Math.max(...right));
  return { accuracy: right[best] / rows.length, share: shares[best] };
}
