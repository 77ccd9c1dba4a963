import { afterAll, describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { float32, tensor, type Tensor } from "../base/tensor.ts";
import { onnxruntime } from "../engine/index.ts";
import { interpret, toOnnx, trainingStep } from "../graph/index.ts";
import { FORBIDDEN } from "./chain.ts";
import { initial } from "./encoder.ts";
import { BY_FIELD, BY_NETWORK, EMBEDDING, type TaggerConfig, taggerServing, taggerTraining } from "./tagger.ts";

const config: TaggerConfig = { features: 12, width: 8, layers: 2, tags: 3, dropout: 0.1, window: 8 };
const allowed = float32([4, 4], [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
const engine = onnxruntime();
afterAll(() => engine.close());

const r = random(3, "tagger test");
/** Three features a token, for texts of some lengths. */
const bags = [5, 8, 1].map((length) => Array.from({ length }, () => Array.from({ length: 3 }, () => 1 + r.below(12))));
const feeds = (tokens: readonly (readonly number[])[]): Record<string, Tensor> => ({
  subwords: tensor("int32", [tokens.length, 4], Int32Array.from(tokens.flatMap((bag) => [...bag, 0]))),
});
const scoresOf = (tokens: readonly (readonly number[])[]): Float32Array =>
  interpret(served, feeds(tokens)).emissions.data as Float32Array;
const served = taggerServing(config, initial(1), allowed);

describe("a tagger", () => {
  it("means to the engine what the interpreter says, and shuts the steps that may not be taken", async () => {
    const program = await engine.load(toOnnx(served), { thread: "here" });
    for (const tokens of bags) {
      const expected = scoresOf(tokens);
      const { emissions, transitions } = await program.run(feeds(tokens));
      expect(emissions.dims).toEqual([tokens.length, 3]);
      (emissions.data as Float32Array).forEach((score, i) => expect(score).toBeCloseTo(expected[i], 4));
      expect(transitions.dims).toEqual([4, 4]);
      expect(Number(transitions.data[2])).toBe(FORBIDDEN);
      expect(Number(transitions.data[0])).toBe(0);
    }
  });

  it("is trained on padded batches as it is served on texts alone", () => {
    const loss = (length: number): number => {
      const training = taggerTraining({ ...config, dropout: 0 }, initial(1), length, allowed);
      const words = new Float32Array(bags.length * length * 8).fill(3);
      const mask = new Float32Array(bags.length * length);
      const embedding = initial(1)(EMBEDDING, [12, 8], { deviation: 1 }).data as Float32Array;
      bags.forEach((tokens, row) =>
        tokens.forEach((bag, i) => {
          mask[row * length + i] = 1;
          for (let j = 0; j < 8; j++)
            words[(row * length + i) * 8 + j] = bag.reduce((sum, id) => sum + embedding[(id - 1) * 8 + j], 0);
        }),
      );
      const given = {
        words: float32([3, length, 8], words),
        mask: float32([3, length], mask),
        truth: float32([3, length, 3], new Float32Array(9 * length)),
        steps: float32([4, 4], new Float32Array(16)),
      };
      return Number(interpret(training, given).loss.data[0]);
    };
    // With nothing in the truth the loss is the mean of log Z, which the served scores give path by path.
    const logZ = bags.map((tokens) => {
      const scores = scoresOf(tokens);
      let alpha = [0, 1].map((k) => Math.exp(scores[k])).concat(0);
      for (let t = 1; t < tokens.length; t++) {
        const before = alpha;
        alpha = [0, 1, 2].map((k) => {
          const sum = before.reduce((s, a, from) => s + a * Number(allowed.data[from * 4 + k]), 0);
          return sum * Math.exp(scores[3 * t + k]);
        });
      }
      return Math.log(alpha.reduce((a, b) => a + b));
    });
    const mean = logZ.reduce((a, b) => a + b) / logZ.length;
    expect(loss(8)).toBeCloseTo(mean, 3);
    expect(loss(13)).toBeCloseTo(mean, 3);
  });

  it("lets every token see every other of its window", () => {
    const before = scoresOf(bags[1]);
    for (let changed = 0; changed < 8; changed++) {
      const after = scoresOf(bags[1].map((bag, i) => (i === changed ? [1, 1, 1] : bag)));
      for (let i = 0; i < 8; i++) expect(after.slice(3 * i, 3 * i + 3)).not.toEqual(before.slice(3 * i, 3 * i + 3));
    }
  });

  it("answers with a field beside by their weighted mean, and gives each one's own scores", () => {
    const weights = {
      weights: Float32Array.from({ length: 6 }, () => r.normal()),
      transitions: new Float32Array(16).fill(2),
    };
    const ids = tensor("int32", [5, 2], Int32Array.of(1, 2, 1, 0, 2, 0, 0, 0, 2, 1));
    const line = tensor("int32", [5], Int32Array.of(0, 0, 1, 1, 1));
    const line_ids = tensor("int32", [2, 1], Int32Array.of(2, 0));
    const mixed = interpret(taggerServing(config, initial(1), allowed, { weights, share: 0.25 }), {
      ...feeds(bags[0]),
      ids,
      line,
      line_ids,
    });
    const alone = scoresOf(bags[0]);
    const byField = mixed[BY_FIELD].data as Float32Array;
    expect([...byField.subarray(9, 12)]).toEqual([0, 0, 0]);
    const both = weights.weights.subarray(0, 3).map((w, i) => w + weights.weights[3 + i]);
    expect([...byField.subarray(3, 6)]).toEqual([...both]);
    expect(mixed[BY_NETWORK].data).toEqual(alone);
    alone.forEach((score, i) =>
      expect(Number(mixed.emissions.data[i])).toBeCloseTo(0.25 * score + 0.75 * byField[i], 5),
    );
    expect([...(mixed.transitions.data as Float32Array).subarray(0, 3)]).toEqual([1.5, 1.5, FORBIDDEN]);
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
