import { random, type Random } from "../../base/random.ts";
import { tensor, type Tensor } from "../../base/tensor.ts";
import type { Engine } from "../../engine/port.ts";
import { openTrainer } from "../../engine/training/trainer.ts";
import { STEPS, TRUTH } from "../../model/chain.ts";
import { from, initial, type ParameterSource } from "../../model/encoder.ts";
import { EMBEDDING, type TaggerConfig, taggerTraining } from "../../model/tagger.ts";
import type { Trainable } from "../network/loop.ts";
import { TrainedRows } from "../network/rows.ts";
import { savedBy } from "../network/saved.ts";
import { Swapper, type TaggedRows } from "./rows.ts";

export interface TaggerOptions {
  readonly config: TaggerConfig;
  readonly seed: number;
  readonly threads: number;
  /** Share of its features that a token forgets in each step. */
  readonly featureDropout: number;
  /** Share of spans that give way to others of their label in each step. */
  readonly swap: number;
  readonly decay: number;
  readonly clip: number;
  /** 1 where a step from tag to tag may be taken, [tags + 1, tags + 1]. */
  readonly allowed: Tensor;
}

/** A tagger in training. */
export interface TaggerTrainer extends Trainable {
  /** The present values, from which the network is rebuilt. */
  parameters(): Promise<ParameterSource>;
  close(): Promise<void>;
}

/** Lengths that the network is compiled for; a batch goes through the least that holds its longest row. */
const LENGTHS = [12, 24, 48, 96];

/**
 * The engine's trainer steps the dense parameters. The embeddings of features stay here: each step is fed the summed
 * vector of every token and gives its gradient back, which is that of each of the token's features.
 */
export async function taggerTrainer(engine: Engine, rows: TaggedRows, options: TaggerOptions): Promise<TaggerTrainer> {
  const { config, seed } = options;
  const { width, features, tags, window } = config;
  const start = initial(seed);
  const lengths = [...LENGTHS.filter((l) => l < window), window];
  const form = (length: number) => (): ReturnType<typeof taggerTraining> =>
    taggerTraining(config, start, length, options.allowed);
  const trainer = await openTrainer(engine, form(lengths[0])(), {
    loss: { kind: "given", loss: "loss" },
    optimiser: { kind: "adamw", decay: options.decay },
    clip: options.clip,
    inputGradients: ["words"],
    threads: options.threads,
    seed,
    forms: lengths.slice(1).map(form),
  });
  const table = new TrainedRows(
    start(EMBEDDING, [features, width], { deviation: DEVIATION }).data as Float32Array<ArrayBuffer>,
    width,
  );
  const swapper = new Swapper(rows, window);

  return {
    async step(batch, rate, t) {
      const r = random(seed, `tagger step ${t}`);
      const texts = Array.from(batch, (row) => swapper.tokens(row, options.swap, r));
      const longest = Math.max(1, ...texts.map((tokens) => tokens.length));
      const at = lengths.findIndex((length) => length >= longest);
      const read = touched(rows, texts, lengths[at], options.featureDropout, r);
      const feeds = {
        words: tensor("float32", [batch.length, lengths[at], width], summed(table, read, batch.length * lengths[at])),
        ...truthOf(rows, texts, lengths[at], tags),
      };
      const { loss, clip, inputGradients } = await trainer.step(feeds, rate, at);
      const gradients = spread(read, inputGradients["words"].data as Float32Array, width);
      table.update(read.distinct, gradients, clip, rate, t);
      return loss;
    },
    ...savedBy(table, trainer),
    async parameters() {
      const trained = new Map(await trainer.parameters());
      trained.set(EMBEDDING, tensor("float32", [features, width], table.values));
      return from(trained);
    },
    close: () => trainer.close(),
  };
}

/** Of an embedding's entries; the sum of a token's is normed. */
const DEVIATION = 0.1;

/** The features that the tokens of a batch keep, as places among the distinct ones. */
interface Read {
  readonly distinct: Int32Array;
  /** Place among the distinct, and cell of the batch [row * length + token], of every feature kept. */
  readonly places: Int32Array;
  readonly cells: Int32Array;
  readonly count: number;
  /** What the vectors of a cell are multiplied by. */
  readonly scale: number;
}

function touched(
  { offsets, ids }: TaggedRows,
  texts: readonly Int32Array[],
  length: number,
  dropped: number,
  r: Random,
): Read {
  const limit = dropped * 0x100000000;
  const most = texts.reduce((sum, tokens) => sum + tokens.reduce((s, i) => s + offsets[i + 1] - offsets[i], 0), 0);
  const [places, cells] = [new Int32Array(most), new Int32Array(most)];
  const place = new Map<number, number>();
  let count = 0;
  texts.forEach((tokens, row) => {
    tokens.forEach((token, i) => {
      for (let k = offsets[token]; k < offsets[token + 1]; k++) {
        if (dropped > 0 && r.u32() < limit) continue;
        let p = place.get(ids[k]);
        if (p === undefined) place.set(ids[k], (p = place.size));
        places[count] = p;
        cells[count++] = row * length + i;
      }
    });
  });
  return { distinct: Int32Array.from(place.keys()), places, cells, count, scale: 1 / (1 - dropped) };
}

/** The sum of each cell's vectors, [cells, width]. */
function summed(table: TrainedRows, read: Read, cells: number): Float32Array<ArrayBuffer> {
  const { values, width } = table;
  const result = new Float32Array(cells * width);
  for (let k = 0; k < read.count; k++) {
    const base = read.distinct[read.places[k]] * width;
    const to = read.cells[k] * width;
    for (let j = 0; j < width; j++) result[to + j] += values[base + j] * read.scale;
  }
  return result;
}

/** The gradients of the distinct features, from those of the cells that they were summed into. */
function spread(read: Read, gradients: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(read.distinct.length * width);
  for (let k = 0; k < read.count; k++) {
    const base = read.cells[k] * width;
    const to = read.places[k] * width;
    for (let j = 0; j < width; j++) result[to + j] += gradients[base + j] * read.scale;
  }
  return result;
}

/** The truth as the loss wants it: one-hot tags and how often each step was taken; and the mask of tokens. */
function truthOf(
  { tags: truth }: TaggedRows,
  texts: readonly Int32Array[],
  length: number,
  tags: number,
): Record<string, Tensor> {
  const mask = new Float32Array(texts.length * length);
  const hot = new Float32Array(texts.length * length * tags);
  const steps = new Float32Array((tags + 1) ** 2);
  texts.forEach((tokens, row) => {
    let before = tags;
    tokens.forEach((token, i) => {
      const cell = row * length + i;
      mask[cell] = 1;
      hot[cell * tags + truth[token]] = 1;
      steps[before * (tags + 1) + truth[token]]++;
      before = truth[token];
    });
    steps[before * (tags + 1) + tags]++;
  });
  return {
    mask: tensor("float32", [texts.length, length], mask),
    [TRUTH]: tensor("float32", [texts.length, length, tags], hot),
    [STEPS]: tensor("float32", [tags + 1, tags + 1], steps),
  };
}
