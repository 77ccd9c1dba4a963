import { random } from "../../base/random.ts";
import { tensor, type Tensor } from "../../base/tensor.ts";
import type { Engine } from "../../engine/port.ts";
import { openTrainer } from "../../engine/training/trainer.ts";
import { type Csr, rowOf } from "../../features/csr.ts";
import { tokenFeeds } from "../../features/feeds.ts";
import type { Graph } from "../../graph/index.ts";
import { type BagConfig, bagNetwork, EMBEDDING } from "../../model/bag.ts";
import { from, initial } from "../../model/encoder.ts";
import type { Trainable } from "./loop.ts";
import { TrainedRows } from "./rows.ts";
import { savedBy } from "./saved.ts";

/** Rows with a class each, encoded. */
export interface NetworkRows {
  readonly grams: Csr;
  /** Token ids of each row, cut to the network's window; empty without an encoder of the text. */
  readonly tokens: readonly Int32Array[];
  readonly labels: Int32Array;
}

export interface NetworkOptions {
  readonly network: BagConfig;
  readonly seed: number;
  readonly threads: number;
  readonly smoothing: number;
  /** Share of n-grams that a row forgets in each step, the others weighing more. */
  readonly featureDropout: number;
  readonly decay: number;
  readonly clip: number;
}

/** A network over n-grams (and the text, with an encoder) in training. */
export interface NetworkTrainer extends Trainable {
  /** The trained network as it is served; `textShare` as in model/bag. */
  serving(textShare?: number): Promise<Graph>;
  close(): Promise<void>;
}

/**
 * The engine's trainer steps the dense parameters; the table of embeddings stays here, and each step is fed the rows that
 * its batch touches and gives their gradient back.
 */
export async function networkTrainer(
  engine: Engine,
  rows: NetworkRows,
  options: NetworkOptions,
): Promise<NetworkTrainer> {
  const { network, seed } = options;
  const { features, width } = network;
  const start = initial(seed);
  const trainer = await openTrainer(engine, bagNetwork(network, start, "training"), {
    loss: { kind: "cross-entropy", logits: "logits", smoothing: options.smoothing },
    optimiser: { kind: "adamw", decay: options.decay },
    clip: options.clip,
    inputGradients: ["rows"],
    threads: options.threads,
    seed,
  });
  const table = new TrainedRows(
    start(EMBEDDING, [features, width], { deviation: 0.02 }).data as Float32Array<ArrayBuffer>,
    width,
  );

  return {
    async step(batch, rate, t) {
      const { ids, matrix } = touched(rows.grams, batch, options.featureDropout, seed, t);
      // With an encoder each row answers twice (model/bag).
      const answers = (network.text === undefined ? 1 : 2) * batch.length;
      const labels = BigInt64Array.from({ length: answers }, (_, i) => BigInt(rows.labels[batch[i % batch.length]]));
      const feeds: Record<string, Tensor> = {
        matrix: tensor("float32", [batch.length, ids.length], matrix),
        rows: tensor("float32", [ids.length, width], table.gather(ids)),
        labels: tensor("int64", [answers], labels),
        row_weights: tensor("float32", [answers], new Float32Array(answers).fill(1)),
      };
      if (network.text !== undefined) Object.assign(feeds, tokenFeeds(Array.from(batch, (r) => rows.tokens[r])));
      const { loss, clip, inputGradients } = await trainer.step(feeds, rate);
      table.update(ids, inputGradients["rows"].data as Float32Array, clip, rate, t);
      return loss;
    },
    ...savedBy(table, trainer),
    async serving(textShare = 0) {
      const trained = new Map(await trainer.parameters());
      trained.set(EMBEDDING, tensor("float32", [features, width], table.values));
      return bagNetwork({ ...network, textShare }, from(trained), "serving");
    },
    close: () => trainer.close(),
  };
}

/** The distinct n-grams of a batch, and each row's weights over them as a dense matrix [batch, distinct]. */
function touched(
  grams: Csr,
  batch: Int32Array,
  dropped: number,
  seed: number,
  t: number,
): { ids: Int32Array; matrix: Float32Array<ArrayBuffer> } {
  const r = random(seed, `features ${t}`);
  const limit = dropped * 0x100000000;
  const place = new Map<number, number>();
  const entries: { row: number; column: number; weight: number }[] = [];
  for (let row = 0; row < batch.length; row++) {
    const { ids, weights } = rowOf(grams, batch[row]);
    for (let i = 0; i < ids.length; i++) {
      if (dropped > 0 && r.u32() < limit) continue;
      let column = place.get(ids[i]);
      if (column === undefined) place.set(ids[i], (column = place.size));
      entries.push({ row, column, weight: weights[i] / (1 - dropped) });
    }
  }
  if (place.size === 0) place.set(0, 0); // Nothing is left of any row: one row of the table, with no weight.
  const matrix = new Float32Array(batch.length * place.size);
  for (const { row, column, weight } of entries) matrix[row * place.size + column] = weight;
  return { ids: Int32Array.from(place.keys()), matrix };
}
