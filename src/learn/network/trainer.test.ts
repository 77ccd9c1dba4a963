import { afterAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/onnxruntime/index.ts";
import { ngramFeeds } from "../../features/feeds.ts";
import { defaultNgrams, fitNgrams } from "../../features/ngram.ts";
import { toOnnx } from "../../graph/index.ts";
import { greatest } from "../linear.ts";
import { trainLoop } from "./loop.ts";
import { networkTrainer, type NetworkTrainer } from "./trainer.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

const words = [
  ["lost", "card", "stolen"],
  ["refund", "money", "back"],
  ["pin", "code", "change"],
];
const texts = Array.from({ length: 90 }, (_, i) => {
  const own = words[i % 3];
  return `${own[i % 2]} my ${own[1 + (i % 2)]} number ${i}`;
});
const labels = Int32Array.from(texts, (_, i) => i % 3);
const encoder = fitNgrams(defaultNgrams, texts);
const rows = { grams: encoder.encodeAll(texts), tokens: [], labels };

function open(seed = 1): Promise<NetworkTrainer> {
  return networkTrainer(engine, rows, {
    network: { features: encoder.size, width: 8, labels: 3, dropout: 0.2 },
    seed,
    threads: 1,
    smoothing: 0.1,
    featureDropout: 0.2,
    decay: 0.01,
    clip: 1,
  });
}

async function trained(trainer: NetworkTrainer, stopAfter = 6): Promise<void> {
  await trainLoop(trainer, {
    epochs: 6,
    stopAfter,
    patience: 9,
    batch: 16,
    rate: 0.02,
    warmUp: 0.1,
    seed: 1,
    lengths: new Float64Array(90),
    checkpoint: { load: () => undefined, save: () => undefined },
  });
}

describe("networkTrainer", () => {
  it("learns, and serves what it has learnt", async () => {
    const trainer = await open();
    await trained(trainer);
    const program = await engine.load(toOnnx(await trainer.serving()), { thread: "here" });
    const { logits } = await program.run(ngramFeeds(texts.map((text) => encoder.encode(text))));
    const scores = logits as Tensor<"float32">;
    const hits = labels.filter((k, i) => greatest(scores.data, i * 3, i * 3 + 3) === k).length;
    expect(hits).toBeGreaterThan(85);
    await program.close();
    await trainer.close();
  });

  it("leaves the same bits for the same seed, others for another", async () => {
    const states = [];
    for (const seed of [1, 1, 2]) {
      const trainer = await open(seed);
      await trained(trainer, 2);
      states.push(await trainer.save());
      await trainer.close();
    }
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).not.toEqual(states[0]);
  });

  it("takes the next step from a saved state as from its own", async () => {
    const [one, other] = [await open(), await open()];
    await trained(one, 1);
    await other.restore(await one.save());
    const batch = Int32Array.of(3, 4, 5, 6);
    const loss = await one.step(batch, 0.01, 7);
    expect(loss).toBeGreaterThan(0);
    expect(await other.step(batch, 0.01, 7)).toBe(loss);
    expect(await other.save()).toEqual(await one.save());
    await one.close();
    await other.close();
  });
});
