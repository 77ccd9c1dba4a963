import { afterAll, describe, expect, it } from "vitest";
import { float32 } from "../../base/tensor.ts";
import { onnxruntime } from "../../engine/index.ts";
import { defaultSubwords, fitSubwords } from "../../features/subwords.ts";
import { taggedRows } from "./rows.ts";
import { type TaggerOptions, taggerTrainer } from "./trainer.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

/** Names behind "from" are to be found; the same names elsewhere are not. */
const names = ["ann", "bob", "cleo", "dan"];
const texts = names.flatMap((name) => [`mail from ${name} today`, `${name} has mail`]);
const tokenized = texts.map((text) => ({
  text,
  tokens: Int32Array.from([...text.matchAll(/\w+/g)].flatMap((m) => [m.index, m.index + m[0].length])),
}));
const tags = texts.map((_, i) => Int32Array.from(i % 2 === 0 ? [0, 0, 1, 0] : [0, 0, 0]));
const reader = fitSubwords({ ...defaultSubwords, minTexts: 1 }, tokenized);
const rows = taggedRows(reader, tokenized, tags, 16);
const options: TaggerOptions = {
  config: { features: reader.size, width: 16, layers: 1, tags: 3, dropout: 0.1, window: 16 },
  seed: 7,
  threads: 1,
  featureDropout: 0.1,
  swap: 0.5,
  decay: 0.01,
  clip: 5,
  allowed: float32([4, 4], [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
};
const batch = Int32Array.from({ length: 8 }, (_, i) => i);

describe("taggerTrainer", () => {
  it("learns what stands around a span", async () => {
    const trainer = await taggerTrainer(engine, rows, options);
    const losses: number[] = [];
    for (let t = 1; t <= 40; t++) losses.push(await trainer.step(batch, 0.01, t));
    expect(losses[39]).toBeLessThan(0.1 * losses[0]);
    await trainer.close();
  });

  it("leaves the same bytes when run again, and when it goes on from what was saved", async () => {
    const trainer = await taggerTrainer(engine, rows, options);
    for (let t = 1; t <= 3; t++) await trainer.step(batch, 0.01, t);
    const saved = await trainer.save();
    for (let t = 4; t <= 6; t++) await trainer.step(batch, 0.01, t);
    const end = await trainer.save();
    await trainer.close();
    const other = await taggerTrainer(engine, rows, options);
    await other.restore(saved);
    for (let t = 4; t <= 6; t++) await other.step(batch, 0.01, t);
    expect(await other.save()).toEqual(end);
    await other.close();
  });
});
