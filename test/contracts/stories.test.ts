import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { float32, int64 } from "../../src/base/tensor.ts";
import { onnxruntime, openTrainer } from "../../src/engine/index.ts";
import { fromOnnx, parse, print, toOnnx, withWeights } from "../../src/graph/index.ts";
import { readLlama } from "../../src/model/index.ts";
import { readWeights } from "../../src/model/readers/weights.ts";

const shared = process.env["WHITTLE_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const folder = join(shared, "models/stories260K/derived");
const soaking = process.env["WHITTLE_SOAK"] === "1";

describe.skipIf(!existsSync(folder))("stories260K, a Llama decoder from its safetensors", () => {
  const engine = onnxruntime();
  afterAll(() => engine.close());
  const open = () => readLlama(folder);
  const oracle = (): number[] =>
    (JSON.parse(readFileSync(join(folder, "greedy-oracle.json"), "utf8")) as { greedy_ids: number[] }).greedy_ids;
  /** The token that each place finds likeliest to follow. */
  const likeliest = (logits: Float32Array, places: number): number[] => {
    const vocabulary = logits.length / places;
    return Array.from({ length: places }, (_, t) => {
      const row = logits.subarray(t * vocabulary, (t + 1) * vocabulary);
      return row.indexOf(Math.max(...row));
    });
  };

  it("tells the published story, token for token", async () => {
    const told = oracle();
    const program = await engine.load(toOnnx(open()), { thread: "here" });
    const after = async (ids: readonly number[]): Promise<number[]> => {
      const { logits } = await program.run({ ids: int64([1, ids.length], ids) });
      return likeliest(logits.data as Float32Array, ids.length);
    };
    // What follows each beginning of the story, all at once; then from the first token alone, one by one.
    expect((await after(told)).slice(0, -1)).toEqual(told.slice(1));
    const story = [told[0]];
    while (story.length < (soaking ? told.length : 40)) story.push((await after(story)).at(-1)!);
    expect(story).toEqual(told.slice(0, story.length));
    await program.close();
  });

  it("is printed, and written back as it was", async () => {
    const graph = open();
    const text = print(graph);
    expect(print(parse(text)) === text).toBe(true);
    expect(print(fromOnnx(toOnnx(graph))) === text).toBe(true);
  });

  it(`learns another story in ${soaking ? 50 : 5} steps`, { timeout: 120_000 }, async () => {
    const model = open();
    const [batch, length] = [4, 48];
    const told = oracle();
    // The same words in reverse: the model is surprised.
    const ids = Array.from({ length: batch }, (_, i) => told.slice(1 + 40 * i, 1 + 40 * i + length + 1).reverse());
    const feeds = {
      ids: int64(
        [batch, length],
        ids.flatMap((row) => row.slice(0, -1)),
      ),
      labels: int64(
        [batch, length],
        ids.flatMap((row) => row.slice(1)),
      ),
      row_weights: float32([batch, length], new Float32Array(batch * length).fill(1)),
    };
    const loss = { kind: "cross-entropy", logits: "logits" } as const;
    const trainer = await openTrainer(engine, model, { loss, clip: 1 });
    const losses: number[] = [];
    for (let i = 0; i < (soaking ? 50 : 5); i++) losses.push((await trainer.step(feeds, 2e-3)).loss);
    expect(losses.at(-1)).toBeLessThan((soaking ? 0.3 : 0.85) * losses[0]);
    // What was learned is the decoder's again, under the names of its checkpoint.
    const learned = await trainer.parameters();
    expect([...learned.keys()].sort()).toEqual([...readWeights(folder).keys()].sort());
    const program = await engine.load(toOnnx(withWeights(model, learned)), { thread: "here" });
    const { logits } = await program.run({ ids: feeds.ids });
    expect(logits.dims).toEqual([batch, length, 512]);
    await program.close();
    await trainer.close();
  });
});
