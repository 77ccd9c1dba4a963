import { float32, type Tensor } from "../../base/tensor.ts";
import { type SubwordReader, type SubwordSpec, fitSubwords } from "../../features/subwords.ts";
import { type Stretch, tokenFeedsOf } from "../../features/tokenfeeds.ts";
import { TokenEncoder } from "../../features/tokens/encoder.ts";
import type { TokenFeatureSpec } from "../../features/tokens/spec.ts";
import { type Graph, toOnnx } from "../../graph/index.ts";
import type { Engine } from "../../engine/port.ts";
import { type Epoch, type LoopOptions, trainLoop } from "../../learn/network/loop.ts";
import { taggedRows } from "../../learn/tagger/rows.ts";
import { taggerTrainer, type TaggerTrainer } from "../../learn/tagger/trainer.ts";
import {
  BY_FIELD,
  BY_NETWORK,
  type FieldBeside,
  mixedSteps,
  type TaggerConfig,
  taggerServing,
} from "../../model/tagger.ts";
import { viterbi } from "../../spans/decode.ts";
import type { Lattice } from "../../spans/lattice.ts";
import { allowed, runsOf, tagCount, tagsOf } from "../../spans/tags.ts";
import { stitch, tokenWindows } from "../../spans/windows.ts";
import { fitCrf, type FittedCrf, type MarkedText } from "./crf.ts";

/** What a tagger is fitted with, beside its material. */
export interface TaggerSettings extends Pick<
  LoopOptions,
  "epochs" | "stopAfter" | "patience" | "batch" | "rate" | "warmUp"
> {
  readonly subwords: SubwordSpec;
  readonly features: TokenFeatureSpec;
  readonly width: number;
  readonly layers: number;
  /** The most tokens that the network reads at once, and how many a window shares with the next. */
  readonly window: number;
  readonly overlap: number;
  readonly dropout: number;
  readonly featureDropout: number;
  readonly swap: number;
  readonly decay: number;
  readonly clip: number;
  /** The network's share of the answer where no rows are watched to choose it on. */
  readonly share: number;
}

export interface TaggerContext extends Pick<LoopOptions, "seed" | "checkpoint" | "signal" | "progress"> {
  readonly engine: Engine;
  readonly threads: number;
}

export interface FittedTagger {
  readonly graph: Graph;
  readonly subwords: SubwordReader;
  readonly field: FittedCrf;
  readonly curve: readonly Epoch[];
  readonly bestEpoch: number;
  readonly share: number;
}

/**
 * Fits a random field over surroundings and a network over subwords, each alone, and the weight between their scores on
 * the rows watched: they err in different places. Training stops early by the network's own F1.
 */
export async function fitTagger(
  train: readonly MarkedText[],
  watch: readonly MarkedText[],
  labels: readonly string[],
  settings: TaggerSettings,
  context: TaggerContext,
): Promise<FittedTagger> {
  const { engine, seed, signal } = context;
  const subwords = fitSubwords(settings.subwords, train);
  const config: TaggerConfig = {
    features: Math.max(1, subwords.size),
    width: settings.width,
    layers: settings.layers,
    tags: tagCount(labels.length),
    dropout: settings.dropout,
    window: settings.window,
  };
  const steps = allowedSteps(config.tags);
  const tags = train.map(({ spans, tokens }) => tagsOf(spans, tokens, labels));
  const rows = taggedRows(subwords, train, tags, settings.window);
  const field = await fitCrf(train, labels, settings.features, { seed }, { signal });
  const serving = async (trainer: TaggerTrainer, share: number): Promise<Graph> => {
    const beside: FieldBeside = { weights: field.model, share };
    return taggerServing(config, await trainer.parameters(), steps, beside);
  };
  const watched = { rows: watch, labels, subwords, field, settings, steps };
  const trainer = await taggerTrainer(engine, rows, {
    ...settings,
    config,
    seed,
    threads: context.threads,
    allowed: steps,
  });
  try {
    const score = async (shares: readonly number[]): Promise<number[]> =>
      scoreShares(engine, await serving(trainer, 1), watched, shares);
    const { curve, best } = await trainLoop(
      { ...trainer, ...(watch.length > 0 ? { watch: async () => (await score([1]))[0] } : {}) },
      {
        ...settings,
        ...context,
        lengths: Int32Array.from({ length: rows.starts.length - 1 }, (_, r) => rows.starts[r + 1] - rows.starts[r]),
      },
    );
    let { share } = settings;
    if (watch.length > 0) {
      const quality = await score(SHARES);
      share = SHARES[quality.indexOf(Math.max(...quality))];
    }
    return { graph: await serving(trainer, share), subwords, field, curve, bestEpoch: best, share };
  } finally {
    await trainer.close();
  }
}

/** Shares of the network that are tried on the rows watched, the likeliest first: of equals it stays. */
const SHARES = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2, 0.9, 0.1, 1, 0];

interface Watched {
  readonly rows: readonly MarkedText[];
  readonly labels: readonly string[];
  readonly subwords: SubwordReader;
  readonly field: FittedCrf;
  readonly settings: TaggerSettings;
  readonly steps: Tensor;
}

/** F1 of exact spans on the rows watched, for each share of the network, through the graph that will be served. */
async function scoreShares(
  engine: Engine,
  graph: Graph,
  { rows, labels, subwords, field, settings, steps }: Watched,
  shares: readonly number[],
): Promise<number[]> {
  const features = new TokenEncoder(settings.features, field.vocabulary);
  const program = await engine.load(toOnnx(graph), { thread: "here" });
  const tags = tagCount(labels.length);
  const counts = shares.map(() => ({ hits: 0, marked: 0 }));
  let right = 0;
  for (const { text, tokens, spans, streams } of rows) {
    const windows = tokenWindows(tokens.length >> 1, settings.window, settings.overlap);
    if (windows.length === 0) continue;
    const said = await runAll(program, tokenFeedsOf(features, subwords, text, tokens, windows, streams));
    const [network, byField] = [BY_NETWORK, BY_FIELD].map((name) => stitched(windows, said, name, tags));
    const own = new Float32Array(said[0]["transitions"].data as Float32Array);
    const truth = new Set(runsOf(tagsOf(spans, tokens, labels)).map(String));
    right += truth.size;
    shares.forEach((share, s) => {
      const mixed = network.map((score, i) => share * score + (1 - share) * byField[i]);
      const transitions = mixedSteps({ ...steps, data: own }, field.model.transitions, share).data as Float32Array;
      const lattice: Lattice = { tokens, emissions: mixed, transitions, windows: windows.length };
      for (const run of runsOf(viterbi(lattice))) {
        counts[s].marked++;
        if (truth.has(String(run))) counts[s].hits++;
      }
    });
  }
  await program.close();
  return counts.map(({ hits, marked }) => (marked + right === 0 ? 1 : (2 * hits) / (marked + right)));
}

type Results = Awaited<ReturnType<Awaited<ReturnType<Engine["load"]>>["run"]>>;

async function runAll(
  program: Awaited<ReturnType<Engine["load"]>>,
  feeds: ReturnType<typeof tokenFeedsOf>,
): Promise<Results[]> {
  const results: Results[] = [];
  for (const each of feeds) results.push(await program.run(each));
  return results;
}

function stitched(windows: readonly Stretch[], said: readonly Results[], name: string, tags: number): Float32Array {
  return stitch(
    windows,
    said.map((results) => results[name].data as Float32Array),
    tags,
  );
}

/** 1 for each step that BIO allows: into the first token as after O, and out of any tag. */
export function allowedSteps(tags: number): Tensor {
  const side = tags + 1;
  const may = (from: number, to: number): boolean =>
    to === tags ? from !== tags : allowed(from === tags ? 0 : from, to);
  return float32(
    [side, side],
    Array.from({ length: side * side }, (_, i) => (may(Math.floor(i / side), i % side) ? 1 : 0)),
  );
}
