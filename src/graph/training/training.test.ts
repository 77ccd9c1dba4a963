import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { print } from "../text/print.ts";
import { dropout } from "./dropout.ts";
import { type TrainingOptions, type TrainingStep, trainingStep } from "./step.ts";

const draw = random(11, "training");
const normal = (dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal()),
  );

function network(rate = 0): Graph {
  const b = builder("network");
  const x = b.input("x", "float32", ["batch", 4]);
  const h = b.op("Tanh", [
    b.op("Add", [b.op("MatMul", [x, b.parameter("w1", normal([4, 8]))]), b.parameter("b1", normal([8]))]),
  ]);
  const d = rate === 0 ? h : b.op("Dropout", [h, b.scalar(rate)]);
  b.output("logits", b.op("MatMul", [d, b.parameter("w2", normal([8, 3]))]));
  return b.finish();
}

type Feeds = Record<string, Tensor>;
const batch: Feeds = {
  x: normal([6, 4]),
  labels: int64([6], [0, 1, 2, 0, 1, 2]),
  row_weights: float32([6], [1, 1, 1, 1, 1, 1]),
};
const start = (step: TrainingStep): Feeds => Object.fromEntries(step.residents.map((r) => [r.input, r.value]));
const first = (t: Tensor): number => Number(t.data[0]);

const base: TrainingOptions = { loss: { kind: "cross-entropy", logits: "logits" }, optimiser: "gradients" };

/** −Σ w·log softmax(logits)[label] / Σ w, with smoothing and class weights, written out by hand. */
function lossByHand(
  logits: Float32Array,
  labels: number[],
  rows: number[],
  smoothing: number,
  classes: number[],
): number {
  let [sum, total] = [0, 0];
  labels.forEach((label, i) => {
    const line = Array.from(logits.subarray(3 * i, 3 * i + 3));
    const log = line.map((z) => z - Math.log(line.reduce((s, v) => s + Math.exp(v), 0)));
    const weight = rows[i] * classes[label];
    sum -= weight * log.reduce((s, l, c) => s + l * ((c === label ? 1 - smoothing : 0) + smoothing / 3), 0);
    total += weight;
  });
  return sum / total;
}

describe("the training step", () => {
  it("computes cross-entropy with smoothing, class weights and row weights", () => {
    const step = trainingStep(network(), {
      ...base,
      loss: { kind: "cross-entropy", logits: "logits", smoothing: 0.1, classWeights: [1, 2, 0.5] },
      keep: ["logits"],
    });
    const rows = [1, 0.5, 2, 0, 1, 1];
    const out = interpret(step.graph, { ...batch, ...start(step), row_weights: float32([6], rows) });
    const byHand = lossByHand(out.logits.data as Float32Array, [0, 1, 2, 0, 1, 2], rows, 0.1, [1, 2, 0.5]);
    expect(first(out.loss)).toBeCloseTo(byHand, 5);
  });

  it("gives a padded row no part in loss or gradients", () => {
    const step = trainingStep(network(), base);
    const feeds = { ...batch, ...start(step), row_weights: float32([6], [1, 1, 1, 1, 1, 0]) };
    const other = {
      ...feeds,
      x: float32(
        [6, 4],
        (batch.x.data as Float32Array).map((v, i) => (i < 20 ? v : 99)),
      ),
      labels: int64([6], [0, 1, 2, 0, 1, 0]),
    };
    expect(interpret(step.graph, other)).toEqual(interpret(step.graph, feeds));
    const none = interpret(step.graph, { ...feeds, row_weights: float32([6], [0, 0, 0, 0, 0, 0]) });
    expect([first(none.loss), first(none.gradient_norm)]).toEqual([0, 0]);
  });

  it("distils: T²·KL of softened shares, with the gradient T·(softmax(logits/T) − softmax(teacher/T))", () => {
    const temperature = 2;
    const b = builder("logits");
    b.output("logits", b.op("Identity", [b.input("x", "float32", ["batch", 3])]));
    const step = trainingStep(b.finish(), {
      loss: { kind: "distil", logits: "logits", temperature },
      optimiser: "gradients",
      inputGradients: ["x"],
    });
    const [x, teacher, weights] = [normal([2, 3]), normal([2, 3]), [1, 3]];
    const out = interpret(step.graph, { x, teacher, row_weights: float32([2], weights) });
    const softened = (t: Tensor, row: number): number[] => {
      const powers = Array.from((t.data as Float32Array).subarray(3 * row, 3 * row + 3), (z) =>
        Math.exp(z / temperature),
      );
      return powers.map((p) => p / powers.reduce((s, v) => s + v));
    };
    let loss = 0;
    weights.forEach((weight, row) => {
      const [p, q] = [softened(teacher, row), softened(x, row)];
      p.forEach((share, c) => {
        loss += (weight / 4) * temperature ** 2 * share * Math.log(share / q[c]);
        const byHand = (weight / 4) * temperature * (q[c] - share);
        expect(out["gradient.x"].data[3 * row + c]).toBeCloseTo(byHand, 5);
      });
    });
    expect(first(out.loss)).toBeCloseTo(loss, 5);
    expect(() =>
      trainingStep(network(), { ...base, loss: { kind: "distil", logits: "logits", temperature: 0 } }),
    ).toThrow(/temperature/);
  });

  it("reads a parameter rounded and moves it by the gradient of what was read, where that passes", () => {
    // y = x·round(w), loss = y²/2 at the only row: the gradient is x·y in each w, and none beyond 1.
    const b = builder("rounded");
    const y = b.op("MatMul", [b.input("x", "float32", [1, 3]), b.parameter("w", float32([3, 1], [0.6, -1.4, 0.2]))]);
    b.output("loss", b.op("ReduceSum", [b.op("Mul", [b.op("Mul", [y, y]), b.scalar(0.5)])], { keepdims: 0 }));
    const model = b.finish();
    const options: TrainingOptions = {
      loss: { kind: "given", loss: "loss" },
      optimiser: "gradients",
      through: (inside, name, value) => ({
        value: inside.op("Round", [value]),
        ...(name === "w" && { within: inside.op("LessOrEqual", [inside.op("Abs", [value]), inside.scalar(1)]) }),
      }),
    };
    const x = float32([1, 3], [2, 3, 5]);
    const step = trainingStep(model, options);
    const out = interpret(step.graph, { x, ...start(step) });
    // round(w) = [1, −1, 0]: y = −1.
    expect(first(out.loss)).toBe(0.5);
    expect(Array.from(out["gradient.w"].data as Float32Array)).toEqual([-2, 0, -5]);
    const moved = trainingStep(model, { ...options, optimiser: { kind: "adamw", decay: 0 } });
    const next = interpret(moved.graph, {
      x,
      ...start(moved),
      learning_rate: float32([], [0.1]),
      step: float32([], [1]),
    });
    (next["next.w"].data as Float32Array).forEach((v, i) => expect(v).toBeCloseTo([0.7, -1.4, 0.3][i], 5));
    // An input with gradients is read through it too.
    const fed = trainingStep(model, { ...options, parameters: [], inputGradients: ["x"] });
    const read = interpret(fed.graph, { x: float32([1, 3], [0.4, 1.2, 2]) });
    expect(first(read.loss)).toBeCloseTo(0.5 * (-1.4 + 0.4) ** 2, 5);
    expect(Array.from(read["gradient.x"].data as Float32Array)).toEqual([0.6, -1.4, 0.2].map((w) => Math.fround(-w)));
  });

  it("does AdamW as written out by hand, with the norm clipped", () => {
    const [lr, limit, decay] = [0.01, 0.05, 0.1];
    const model = network();
    const step = trainingStep(model, { ...base, optimiser: { kind: "adamw", decay }, clip: limit });
    const plain = trainingStep(model, { ...base, clip: limit });
    let feeds: Feeds = { ...batch, ...start(step) };
    const state = new Map(
      step.parameters.map((p) => [p, { p: Array.from(start(step)[p].data as Float32Array), m: 0, v: 0 }]),
    );
    for (let t = 1; t <= 3; t++) {
      const g = interpret(plain.graph, { ...batch, ...Object.fromEntries(step.parameters.map((p) => [p, feeds[p]])) });
      const out = interpret(step.graph, { ...feeds, learning_rate: float32([], [lr]), step: float32([], [t]) });
      expect(first(out.gradient_norm)).toBeGreaterThan(limit);
      const scale = limit / (first(g.gradient_norm) + 1e-6);
      expect(first(g.clip_scale)).toBeCloseTo(scale, 6);
      for (const [name, s] of state) {
        const gradient = scale * first(g[`gradient.${name}`]);
        s.m = 0.9 * s.m + 0.1 * gradient;
        s.v = 0.999 * s.v + 0.001 * gradient ** 2;
        const move = s.m / (1 - 0.9 ** t) / (Math.sqrt(s.v / (1 - 0.999 ** t)) + 1e-8);
        s.p[0] -= lr * (move + (name === "b1" ? 0 : decay) * s.p[0]);
        expect(first(out[`next.${name}`])).toBeCloseTo(s.p[0], 5);
      }
      feeds = { ...batch, ...Object.fromEntries(step.residents.map((r) => [r.input, out[r.next!]])) };
    }
  });

  it("learns a batch by heart", () => {
    const step = trainingStep(network(), { ...base, optimiser: { kind: "adamw" }, clip: 1 });
    let state = start(step);
    const losses: number[] = [];
    for (let t = 1; t <= 60; t++) {
      const out = interpret(step.graph, {
        ...batch,
        ...state,
        learning_rate: float32([], [0.05]),
        step: float32([], [t]),
      });
      losses.push(first(out.loss));
      state = Object.fromEntries(step.residents.map((r) => [r.input, out[r.next!]]));
    }
    expect(losses[59]).toBeLessThan(0.1 * losses[0]);
  });

  it("trains the parameters that it is told to and refuses an unknown one", () => {
    expect(trainingStep(network(), { ...base, parameters: ["w*"] }).parameters).toEqual(["w1", "w2"]);
    expect(() => trainingStep(network(), { ...base, parameters: ["w3"] })).toThrow(/no float32 parameter/);
    expect(() => trainingStep(network(), { ...base, loss: { kind: "cross-entropy", logits: "logit" } })).toThrow(
      /no output "logit"/,
    );
  });

  it("is the same program every time", () => {
    const model = network(0.2);
    expect(print(trainingStep(model, base).graph)).toBe(print(trainingStep(model, base).graph));
  });
});

describe("dropout", () => {
  function mask(seed: number, rate = 0.3, site = 0): number[] {
    const b = builder("mask");
    const x = b.input("x", "float32", ["rows", "columns"]);
    b.output("y", dropout(b, x, rate, b.input("seed", "int32", []), site));
    const ones = float32([64, 96], new Float32Array(64 * 96).fill(1));
    return Array.from(
      interpret(b.finish(), { x: ones, seed: tensor("int32", [], Int32Array.of(seed)) }).y.data as Float32Array,
    );
  }

  it("is a function of its seed and site", () => {
    expect(mask(5)).toEqual(mask(5));
    expect(mask(5)).not.toEqual(mask(6));
    expect(mask(5)).not.toEqual(mask(5, 0.3, 1));
  });

  it("drops its share, scales what it keeps, and hits rows and columns alike", () => {
    const n = 64 * 96;
    for (const seed of [0, 1, 2, 12345, -7]) {
      const m = mask(seed);
      expect(new Set(m)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
      const dropped = m.filter((v) => v === 0).length / n;
      expect(Math.abs(dropped - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / n));
      // Neighbours, rows apart and columns apart, agree as often as chance has it: 0.3² + 0.7².
      for (const apart of [1, 2, 96, 97, 192]) {
        const agree = m.slice(apart).filter((v, i) => v === m[i]).length / (n - apart);
        expect(Math.abs(agree - 0.58)).toBeLessThan(0.05);
      }
    }
  });

  it("leaves each seed's mask independent of the next one's", () => {
    const [a, b] = [mask(100), mask(101)];
    const agree = a.filter((v, i) => v === b[i]).length / a.length;
    expect(Math.abs(agree - 0.58)).toBeLessThan(0.04);
  });
});
