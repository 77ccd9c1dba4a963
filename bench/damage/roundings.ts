import type { Engine } from "../../src/engine/port.ts";
import { fromOnnx, type Graph, quantise } from "../../src/graph/index.ts";
import { feedsOf } from "../../src/predict/feeds.ts";
import { manifestSchema } from "../../src/record/manifest.ts";
import { calibrated, calibrationSample, divergence, saidBy } from "../../src/stages/quantise/index.ts";
import { healed } from "../../src/stages/quantise/healed.ts";
import { specs } from "../../src/stages/quantise/specs.ts";
import { type Fold } from "./folds.ts";

/** Texts that the divergence is measured on; the model was not trained on them. */
const HELD_OUT = 600;

/** Divergence from the parent on texts held out, for each way of rounding to 4 bits. */
export async function roundings({ parts, train, asked }: Fold, engine: Engine): Promise<Map<string, number>> {
  const manifest = manifestSchema.parse(JSON.parse(new TextDecoder().decode(parts.get("model.json"))));
  const graph = fromOnnx(parts.get("model.onnx") as Uint8Array);
  const texts = (rows: Fold["asked"]): string[] => rows.map((row) => row.text);
  const step = asked.length / HELD_OUT;
  const held = Array.from({ length: HELD_OUT }, (_, i) => asked[Math.floor(i * step)]);
  const runs = feedsOf(manifest, parts, texts(held));
  const sample = feedsOf(manifest, parts, calibrationSample(texts(train), 1, "int4"));
  const parent = await saidBy(graph, runs, engine);
  const off = async (child: Graph): Promise<number> => divergence(parent, await saidBy(child, runs, engine));
  const found = new Map<string, number>();
  for (const rounding of ["nearest", "mse", "hqq"] as const)
    found.set(rounding, await off(quantise(graph, { ...specs.int4, rounding }).graph));
  found.set("gptq", await off(quantise(graph, await calibrated(graph, specs.int4, sample, engine)).graph));
  const learned = feedsOf(manifest, parts, calibrationSample(texts(train), 1, "healed"));
  found.set("gptq, healed", await off(await healed(graph, learned, engine, { seed: 1 })));
  return found;
}
