import { afterAll, describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { float32, tensor, type Tensor } from "../base/tensor.ts";
import { onnxruntime } from "../engine/index.ts";
import { interpret, toOnnx, trainingStep } from "../graph/index.ts";
import { FORBIDDEN } from "./chain.ts";
import { initial } from "./encoder.ts";
import { type TaggerConfig, taggerServing, taggerTraining } from "./tagger.ts";

const config: TaggerConfig = { features: 12, width: 8, layers: 2, tags: 3, dropout: 0.1, window: 8 };
const allowed = float32([4, 4], [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
const engine = onnxruntime();
afterAll(() => engine.close());

const r = random(3, "tagger test");
/** Three features a token, for a text of each length, padded to the longest. */
const bags = [5, 8, 1].map((length) => Array.from({ length }, () => Array.from({ length: 3 }, () => r.below(12))));
function feeds(texts: readonly (readonly (readonly number[])[])[], length: number): Record<string, Tensor> {
  const features = new Int32Array(texts.length * length * 4).fill(config.features);
  const mask = new Float32Array(texts.length * length);
  texts.forEach((tokens, row) => {
    tokens.forEach((bag, i) => {
      features.set(bag, (row * length + i) * 4);
      mask[row * length + i] = 1;
    });
  });
  return {
    features: tensor("int32", [texts.length, length, 4], features),
    mask: float32([texts.length, length], mask),
  };
}

describe("a tagger", () => {
  const served = taggerServing(config, initial(1), allowed);

  it("gives a text the same scores alone and in a batch, and shuts the steps that may not be taken", async () => {
    const program = await engine.load(toOnnx(served), { thread: "here" });
    const { emissions, transitions } = await program.run(feeds(bags, 8));
    const all = emissions.data as Float32Array;
    for (const [row, tokens] of bags.entries()) {
      const alone = (await program.run(feeds([tokens], tokens.length))).emissions.data as Float32Array;
      alone.forEach((score, i) => expect(all[row * 8 * 3 + i]).toBeCloseTo(score, 5));
    }
    expect(transitions.dims).toEqual([4, 4]);
    expect(Number(transitions.data[2])).toBe(FORBIDDEN);
    expect(Number(transitions.data[0])).toBe(0);
  });

  it("means to the engine what the interpreter says", async () => {
    const program = await engine.load(toOnnx(served), { thread: "here" });
    const given = feeds(bags, 8);
    const expected = interpret(served, given).emissions.data as Float32Array;
    const { emissions } = await program.run(given);
    (emissions.data as Float32Array).forEach((score, i) => expect(score).toBeCloseTo(expected[i], 4));
  });

  it("lets every token see every other of its window", () => {
    const scores = (changed: number): Float32Array => {
      const tokens = bags[1].map((bag, i) => (i === changed ? [0] : bag));
      return interpret(served, feeds([tokens], 8)).emissions.data as Float32Array;
    };
    const before = scores(-1);
    for (let changed = 0; changed < 8; changed++) {
      const after = scores(changed);
      for (let i = 0; i < 8; i++) expect(after.slice(3 * i, 3 * i + 3)).not.toEqual(before.slice(3 * i, 3 * i + 3));
    }
  });

  it("has the same parameters at every length, and a gradient for each and for the words", () => {
    const steps = [3, 8].map((length) =>
      trainingStep(taggerTraining(config, initial(1), length, allowed), {
        loss: { kind: "given", loss: "loss" },
        optimiser: "gradients",
        inputGradients: ["words"],
      }),
    );
    expect(steps[1].parameters).toEqual(steps[0].parameters);
    expect(steps[0].parameters).toContain("chain.transitions");
    expect(steps[0].graph.outputs.map((v) => v.name)).toContain("gradient.words");
  });

  it("refuses settings that make no network", () => {
    expect(() => taggerServing({ ...config, width: 7 }, initial(1), allowed)).toThrow(/"width" of a tagger/);
    expect(() => taggerServing({ ...config, layers: 0 }, initial(1), allowed)).toThrow(/"layers" of a tagger/);
  });
});
