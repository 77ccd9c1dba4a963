import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { float32, type Tensor } from "../base/tensor.ts";
import { builder, interpret, gradient, type Graph } from "../graph/index.ts";
import { chainLoss, constrained, FORBIDDEN, STEPS, TRUTH } from "./chain.ts";

const TAGS = 3;
const LENGTH = 4;
const stream = random(5, "chain test");
const normal = (n: number): number[] => Array.from({ length: n }, () => stream.normal());
/** Tag 2 follows 1 or 2 alone and begins nothing. */
const may = (from: number, to: number): boolean => to !== 2 || from === 1 || from === 2;
const allowed = float32(
  [TAGS + 1, TAGS + 1],
  Array.from({ length: (TAGS + 1) ** 2 }, (_, i) => {
    const [from, to] = [Math.floor(i / (TAGS + 1)), i % (TAGS + 1)];
    return to === TAGS ? Number(from < TAGS) : Number(may(from, to));
  }),
);

function lossGraph(): Graph {
  const b = builder("chain");
  const emissions = b.input("emissions", "float32", ["batch", LENGTH, TAGS]);
  const transitions = b.input("transitions", "float32", [TAGS + 1, TAGS + 1]);
  const mask = b.input("mask", "float32", ["batch", LENGTH]);
  const loss = chainLoss(b, { emissions, transitions, mask, length: LENGTH, tags: TAGS, allowed });
  const [byEmissions, byTransitions] = gradient(b, loss, [emissions, transitions]);
  b.output("loss", loss);
  b.output("by_emissions", byEmissions);
  b.output("by_transitions", byTransitions);
  return b.finish();
}

/** Two sequences, of four tokens and of two. */
const truths = [
  [0, 1, 2, 0],
  [1, 2],
];
const emissions = normal(2 * LENGTH * TAGS);
const transitions = normal((TAGS + 1) ** 2);

function feeds(scores: readonly number[], steps: readonly number[]): Record<string, Tensor> {
  const mask = new Float32Array(2 * LENGTH);
  const hot = new Float32Array(2 * LENGTH * TAGS);
  const taken = new Float32Array((TAGS + 1) ** 2);
  truths.forEach((truth, row) => {
    const path = [TAGS, ...truth];
    path.forEach((tag, i) => taken[tag * (TAGS + 1) + (i + 1 < path.length ? path[i + 1] : TAGS)]++);
    truth.forEach((tag, t) => {
      mask[row * LENGTH + t] = 1;
      hot[(row * LENGTH + t) * TAGS + tag] = 1;
    });
  });
  return {
    emissions: float32([2, LENGTH, TAGS], scores),
    transitions: float32([TAGS + 1, TAGS + 1], steps),
    mask: float32([2, LENGTH], mask),
    [TRUTH]: float32([2, LENGTH, TAGS], hot),
    [STEPS]: float32([TAGS + 1, TAGS + 1], taken),
  };
}

/** −log of the truth's share among all paths that may be taken, path by path. */
function byHand(scores: readonly number[], steps: readonly number[]): number {
  const step = (from: number, to: number): number => steps[from * (TAGS + 1) + to];
  const before = (path: readonly number[], t: number): number => (t === 0 ? TAGS : path[t - 1]);
  const losses = truths.map((truth, row) => {
    const score = (path: readonly number[]): number =>
      path.reduce((s, tag, t) => s + scores[(row * LENGTH + t) * TAGS + tag] + step(before(path, t), tag), 0) +
      step(path[path.length - 1], TAGS);
    let all = 0;
    for (let code = 0; code < TAGS ** truth.length; code++) {
      const path = truth.map((_, t) => Math.floor(code / TAGS ** t) % TAGS);
      if (path.every((tag, t) => may(before(path, t), tag))) all += Math.exp(score(path));
    }
    return Math.log(all) - score(truth);
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

const run = (scores: readonly number[], steps: readonly number[]): Record<string, Tensor> =>
  interpret(lossGraph(), feeds(scores, steps));

describe("chainLoss", () => {
  it("is the mean of −log of the truth's share among all allowed paths, whatever lies in the padding", () => {
    const expected = byHand(emissions, transitions);
    expect(Number(run(emissions, transitions).loss.data[0])).toBeCloseTo(expected, 5);
    const padded = emissions.map((v, i) => (i >= (LENGTH + 2) * TAGS ? 50 * v : v));
    expect(Number(run(padded, transitions).loss.data[0])).toBeCloseTo(expected, 5);
  });

  it("has the gradient that the paths have", () => {
    const { by_emissions, by_transitions } = run(emissions, transitions);
    const slope = (values: readonly number[], i: number, f: (v: readonly number[]) => number): number => {
      const moved = (by: number): number => f(values.map((v, k) => (k === i ? v + by : v)));
      return (moved(1e-4) - moved(-1e-4)) / 2e-4;
    };
    emissions.forEach((_, i) => {
      const expected = slope(emissions, i, (v) => byHand(v, transitions));
      expect(Number(by_emissions.data[i])).toBeCloseTo(expected, 4);
    });
    transitions.forEach((_, i) => {
      const expected = slope(transitions, i, (v) => byHand(emissions, v));
      expect(Number(by_transitions.data[i])).toBeCloseTo(expected, 4);
    });
  });

  it("stays finite where scores lie far apart", () => {
    const far = emissions.map((v) => 200 * v);
    const { loss, by_emissions } = run(far, transitions);
    expect(Number.isFinite(Number(loss.data[0]))).toBe(true);
    expect([...(by_emissions.data as Float32Array)].every(Number.isFinite)).toBe(true);
  });
});

describe("constrained", () => {
  it("keeps the scores of steps that may be taken and shuts the others", () => {
    const shut = constrained(float32([TAGS + 1, TAGS + 1], transitions), allowed).data as Float32Array;
    shut.forEach((score, i) => expect(score).toBe(allowed.data[i] === 1 ? Math.fround(transitions[i]) : FORBIDDEN));
  });
});
