import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evenly } from "../src/base/evenly.ts";
import { random } from "../src/base/random.ts";
import { float32, int64, tensor } from "../src/base/tensor.ts";
import { onnxruntime } from "../src/engine/index.ts";
import { faked, fakesOf, fromOnnx, type Graph, quantise } from "../src/graph/index.ts";
import { type Answers, type Divergence, divergence, taughtBy } from "../src/learn/heal/divergence.ts";
import { heal } from "../src/learn/heal/heal.ts";
import type { Feeds } from "../src/learn/heal/tables.ts";
import { encoder, initial } from "../src/model/encoder.ts";
import { feedsOf } from "../src/predict/feeds.ts";
import { manifestSchema } from "../src/record/manifest.ts";
import { calibrated } from "../src/stages/quantise/index.ts";
import { specs } from "../src/stages/quantise/specs.ts";
import { type Folded, foldModels } from "./damage/folds.ts";
import { banking, snips } from "./damage/sets.ts";
import { featuresOf, findFiles } from "./magika/files.ts";

export const title = "Healing: divergence from the parent, before and after";

interface Tried extends Answers {
  readonly parent: Graph;
  readonly learned: readonly Feeds[];
  /** Inputs that neither the model nor the rounding was made with. */
  readonly judged: readonly Feeds[];
  readonly epochs: number;
  readonly rate?: number;
  readonly temperature?: number;
}

const root = join(import.meta.dirname, "..");
const shared = process.env["WHITTLE_SHARED"] ?? join(root, "../shared");
const engine = onnxruntime();

const models: Readonly<Record<string, () => Promise<Tried | undefined> | Tried | undefined>> = {
  "encoder of 2 × 128, fresh": made,
  "banking77, bag": async () => folded(await banking("bag")),
  "banking77, encoder": async () => folded(await banking("encoder")),
  "snips, tagger": async () => folded(await snips()),
  "Magika standard_v3_3": magika,
};

/**
 * WHITTLE_BENCH_KEEP names a folder that trained folds are kept in; WHITTLE_BENCH_ONLY beginnings of the models' names, by
 * commas. With WHITTLE_BENCH_BEYOND, two bits and ternary too.
 */
export async function run(): Promise<void> {
  const only = process.env["WHITTLE_BENCH_ONLY"]?.split(",");
  console.log("| model | weights | rounding | KL | the same answer | seconds |");
  console.log("| --- | --- | --- | ---: | ---: | ---: |");
  for (const [name, load] of Object.entries(models)) {
    if (only !== undefined && !only.some((beginning) => name.startsWith(beginning))) continue;
    const tried = await load();
    if (tried === undefined) console.log(`| ${name} | skipped: not in ${shared} | | | | |`);
    else await judge(name, tried);
  }
  await engine.close();
}

async function judge(name: string, tried: Tried): Promise<void> {
  const { parent, learned } = tried;
  const settings = { ...tried, engine, seed: 1 };
  const judged = await taughtBy(parent, tried.judged, settings);
  const row = async (weights: string, rounding: string, make: () => Graph | Promise<Graph>): Promise<void> => {
    const began = performance.now();
    const graph = await make();
    const seconds = ((performance.now() - began) / 1e3).toFixed(1);
    const { kl, agree }: Divergence = await divergence(graph, judged, settings);
    const share = `${(100 * agree).toFixed(2)} %`;
    console.log(`| ${name} | ${weights} | ${rounding} | ${kl.toExponential(2)} | ${share} | ${seconds} |`);
  };
  for (const rounding of ["nearest", "mse", "hqq"] as const)
    await row("4 bits", rounding, () => quantise(parent, { ...specs.int4, rounding }).graph);
  const spec = await calibrated(parent, specs.int4, evenly(learned, 64), engine);
  await row("4 bits", "gptq", () => quantise(parent, spec).graph);
  await row("4 bits", "healed", async () => {
    const { graph } = await heal(parent, spec, learned, settings);
    return quantise(graph, specs.int4).graph;
  });
  if (process.env["WHITTLE_BENCH_BEYOND"] === undefined) return;
  for (const beyond of ["int2", "ternary"] as const) {
    const small = (graph: Graph): Graph => faked(graph, fakesOf(graph, specs.int4, beyond));
    await row(beyond, "as it is", () => small(parent));
    await row(beyond, "healed", async () =>
      small((await heal(parent, specs.int4, learned, { ...settings, rate: 1e-3, beyond })).graph),
    );
  }
}

/** Texts that are learned from, and texts of the first fold, which its model never saw. */
const LEARNED = 4000;
const JUDGED = 600;

async function folded(set: Folded | undefined): Promise<Tried | undefined> {
  if (set === undefined) return undefined;
  const [{ parts, train, asked }] = await foldModels(set, engine, 1, process.env["WHITTLE_BENCH_KEEP"]);
  const manifest = manifestSchema.parse(JSON.parse(new TextDecoder().decode(parts.get("model.json"))));
  const spans = set.kind !== "classify";
  const drawn = (rows: typeof asked, n: number, stream: string): Feeds[] => {
    const picked = random(1, stream).sample(rows.length, Math.min(n, rows.length));
    return feedsOf(
      manifest,
      parts,
      picked.map((i) => rows[i].text),
    );
  };
  return {
    parent: fromOnnx(parts.get("model.onnx") as Uint8Array),
    // A text of spans is a batch of its own: as many steps as there are texts.
    learned: drawn(train, spans ? LEARNED / 4 : LEARNED, "learned"),
    judged: drawn(asked, JUDGED, "judged"),
    output: spans ? "emissions" : "logits",
    epochs: spans ? 2 : 4,
  };
}

/** The encoder as it begins, on texts of a made language with words of Zipf's frequencies. */
function made(): Tried {
  const config = { layers: 2, width: 128, heads: 4, feedForward: 512, vocabulary: 2000, positions: 64, classes: 20 };
  const texts = (stream: string, batches: number): Feeds[] =>
    Array.from({ length: batches }, (_, i) => {
      const draw = random(i, stream);
      const ids = Array.from({ length: 16 * 24 }, () => Math.floor(2000 ** draw.uniform()));
      return { ids: int64([16, 24], ids), mask: float32([16, 24], new Float32Array(16 * 24).fill(1)) };
    });
  const [learned, judged] = [texts("learned", 100), texts("judged", 25)];
  return { parent: encoder(config, initial(1)), learned, judged, output: "logits", epochs: 3 };
}

/** Every eighth file that is found is learned from; of the others some are judged. */
function magika(): Tried | undefined {
  const path = join(shared, "models/magika/standard_v3_3/model.onnx");
  if (!existsSync(path)) return undefined;
  const found = findFiles(["/usr", join(root, "node_modules"), shared]);
  const feeds = (files: typeof found, size: number): Feeds[] =>
    Array.from({ length: Math.floor(files.length / size) }, (_, i) => {
      const bytes = new Int32Array(size * 2048);
      files.slice(i * size, (i + 1) * size).forEach((file, k) => bytes.set(featuresOf(file.path, file.size), k * 2048));
      return { bytes: tensor("int32", [size, 2048], bytes) };
    });
  const drawn = random(1, "learned").shuffle(found.filter((_, i) => i % 8 === 0));
  return {
    parent: fromOnnx(new Uint8Array(readFileSync(path))),
    learned: feeds(drawn, 8),
    judged: feeds(
      evenly(
        found.filter((_, i) => i % 8 !== 0),
        400,
      ),
      8,
    ),
    output: "target_label",
    shares: true,
    epochs: 3,
    rate: 5e-5,
    temperature: 2,
  };
}
