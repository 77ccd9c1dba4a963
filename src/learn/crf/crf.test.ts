import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { viterbi } from "../../spans/decode.ts";
import { allowed, tagCount } from "../../spans/tags.ts";
import { ForwardBackward } from "./forward-backward.ts";
import { type CrfProblem, emit } from "./problem.ts";
import { trainCrf } from "./train.ts";

interface Chain {
  readonly labels: number;
  readonly n: number;
  readonly emissions: Float64Array;
  readonly transitions: Float64Array;
}

const chains = fc
  .record({ labels: fc.integer({ min: 1, max: 2 }), n: fc.integer({ min: 1, max: 4 }), seed: fc.nat() })
  .map(({ labels, n, seed }): Chain => {
    const draw = random(seed, "chain");
    const tags = tagCount(labels);
    const normal = (length: number): Float64Array => Float64Array.from({ length }, () => 2 * draw.normal());
    return { labels, n, emissions: normal(n * tags), transitions: normal((tags + 1) ** 2) };
  });

/** Every path of n tags that BIO allows, with its score. */
function paths({ labels, n, emissions, transitions }: Chain): { readonly tags: number[]; readonly score: number }[] {
  const count = tagCount(labels);
  let all: number[][] = [[]];
  for (let t = 0; t < n; t++) {
    all = all.flatMap((path) =>
      Array.from({ length: count }, (_, tag) => [...path, tag]).filter((p) => allowed(p.at(-2) ?? 0, p.at(-1) ?? 0)),
    );
  }
  return all.map((tags) => {
    const ports = [count, ...tags, count];
    let score = 0;
    for (let i = 0; i + 1 < ports.length; i++) score += transitions[ports[i] * (count + 1) + ports[i + 1]];
    tags.forEach((tag, t) => (score += emissions[t * count + tag]));
    return { tags, score };
  });
}

function bruteLogZ(chain: Chain): number {
  const scores = paths(chain).map(({ score }) => score);
  const peak = Math.max(...scores);
  return peak + Math.log(scores.reduce((sum, s) => sum + Math.exp(s - peak), 0));
}

function run(chain: Chain): { logZ: number; marginals: Float64Array; expected: Float64Array } {
  const sums = new ForwardBackward(chain.labels);
  const expected = new Float64Array(chain.transitions.length);
  sums.steps(chain.transitions);
  const logZ = sums.run(chain.emissions, chain.n, expected);
  return { logZ, marginals: sums.marginals.slice(0, chain.n * tagCount(chain.labels)), expected };
}

describe("forward and backward", () => {
  it("log Z is the sum over all paths that BIO allows", () => {
    fc.assert(
      fc.property(chains, (chain) => {
        expect(run(chain).logZ).toBeCloseTo(bruteLogZ(chain), 9);
      }),
    );
  });

  it("marginals and expected steps are the gradient of log Z, by central differences", () => {
    const h = 1e-5;
    fc.assert(
      fc.property(chains, (chain) => {
        const { marginals, expected } = run(chain);
        for (const [values, gradient] of [
          [chain.emissions, marginals],
          [chain.transitions, expected],
        ]) {
          for (let i = 0; i < values.length; i++) {
            const held = values[i];
            values[i] = held + h;
            const above = run(chain).logZ;
            values[i] = held - h;
            const slope = (above - run(chain).logZ) / (2 * h);
            values[i] = held;
            expect(Math.abs(slope - gradient[i])).toBeLessThan(1e-7);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("does not overflow where scores are far apart, and a scratch space serves texts of any length in turn", () => {
    const sums = new ForwardBackward(1);
    sums.steps(new Float64Array(16));
    const expected = new Float64Array(16);
    const far = Float64Array.of(5000, 0, -5000, -5000, 5000, 0, 0, 0, 5000);
    expect(sums.run(far, 3, expected)).toBeCloseTo(15_000, 6);
    expect(Array.from(sums.marginals.subarray(6, 9))).toEqual([0, 0, 1]);
    expect(sums.run(new Float64Array(3), 1, expected)).toBeCloseTo(Math.log(2), 12);
  });
});

/** Words 0 to 9: 7 begins a span, 8 goes on with it after 7 or 8, and anything else is outside. */
function problem(texts: number): CrfProblem {
  const draw = random(4, "words");
  const ids: number[] = [];
  const starts = [0];
  const tags: number[] = [];
  for (let r = 0; r < texts; r++) {
    const n = draw.below(6);
    for (let t = 0; t < n; t++) {
      const word = draw.below(10);
      const before = t > 0 ? tags[tags.length - 1] : 0;
      ids.push(word);
      tags.push(word === 7 ? 1 : word === 8 && before > 0 ? 2 : 0);
    }
    starts.push(ids.length);
  }
  const offsets = Int32Array.from({ length: ids.length + 1 }, (_, i) => i);
  const rows = {
    features: 10,
    tells: new Uint16Array(10),
    texts: Int32Array.from(starts),
    offsets,
    ids: Int32Array.from(ids),
  };
  return { rows, tags: Int32Array.from(tags), labels: 1 };
}

describe("training", () => {
  const settings = { epochs: 12, rate: 0.3, dropout: 0, hiding: 0, seed: 1 };

  it("learns what a token alone does not tell, and its loss falls", async () => {
    const given = problem(300);
    const losses: number[] = [];
    const model = await trainCrf(given, settings, { epoch: (_, loss) => losses.push(loss) });
    expect(losses).toHaveLength(12);
    expect(losses[11]).toBeLessThan(losses[0] / 4);
    const { texts } = given.rows;
    for (let r = 0; r < 300; r++) {
      const n = texts[r + 1] - texts[r];
      const emissions = new Float32Array(n * 3);
      emit(model, given.rows, texts[r], texts[r + 1], emissions);
      const path = viterbi({ tokens: new Int32Array(2 * n), emissions, transitions: model.transitions, windows: 1 });
      expect(Array.from(path)).toEqual(Array.from(given.tags.subarray(texts[r], texts[r + 1])));
    }
  });

  it("is a function of problem, options and seed", async () => {
    const one = await trainCrf(problem(60), settings);
    expect(await trainCrf(problem(60), settings)).toEqual(one);
    expect((await trainCrf(problem(60), { ...settings, seed: 2 })).weights).not.toEqual(one.weights);
  });

  it("stops at a signal, and refuses what cannot be fitted", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(trainCrf(problem(600), settings, { signal })).rejects.toThrow("stopped");
    await expect(trainCrf(problem(9), { ...settings, dropout: 1 })).rejects.toMatchObject({ code: "learn/options" });
    const given = problem(60);
    const barred = { ...given, tags: Int32Array.from(given.tags, () => 2) };
    await expect(trainCrf(barred, settings)).rejects.toMatchObject({ code: "learn/problem" });
    await expect(trainCrf({ ...given, tags: given.tags.slice(1) })).rejects.toMatchObject({ code: "learn/problem" });
  });
});
