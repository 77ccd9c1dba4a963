import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { float32, int64, type Tensor, tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import type { Graph } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import type { OptimiserOptions } from "./optimiser.ts";
import { type TrainingOptions, type TrainingStep, trainingStep } from "./step.ts";

const draw = random(12, "optimisers");
const normal = (...dims: number[]): Tensor<"float32"> =>
  float32(
    dims,
    Float32Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => draw.normal()),
  );

function network(): Graph {
  const b = builder("network");
  const x = b.input("x", "float32", ["batch", 4]);
  const h = b.op("MatMul", [x, b.parameter("w1", normal(4, 5))]);
  const t = b.op("Tanh", [b.op("Add", [h, b.parameter("b1", normal(5))])]);
  b.output("logits", b.op("MatMul", [t, b.parameter("w2", normal(5, 3))]));
  return b.finish();
}

type Feeds = Record<string, Tensor>;
const model = network();
const loss: TrainingOptions["loss"] = { kind: "cross-entropy", logits: "logits", classWeights: [1, 2, 0.5] };
const rows = 7;
const whole: Feeds = {
  x: normal(rows, 4),
  labels: int64([rows], [0, 1, 2, 0, 1, 2, 2]),
  row_weights: float32([rows], [1, 1, 0.5, 2, 1, 1, 1]),
};
const first = (t: Tensor): number => Number(t.data[0]);
const starts = (step: TrainingStep): Feeds => Object.fromEntries(step.residents.map((r) => [r.input, r.value]));
const after = (step: TrainingStep, out: Feeds): Feeds =>
  Object.fromEntries(step.residents.map((r) => [r.input, out[r.next!]]));
const scalars = (rate: number, t: number): Feeds => ({ learning_rate: float32([], [rate]), step: float32([], [t]) });

/** The first element of each tensor that lives on, after some steps in the graph. */
function walked(optimiser: OptimiserOptions, steps: number, clip?: number): Record<string, number> {
  const step = trainingStep(model, { loss, optimiser, clip });
  let state = starts(step);
  for (let t = 1; t <= steps; t++)
    state = after(step, interpret(step.graph, { ...whole, ...state, ...scalars(0.1, t) }));
  return Object.fromEntries(Object.entries(state).map(([name, v]) => [name, first(v)]));
}

/** The same of a rule written out for one number: the gradients are those of a step that is told all other values. */
function byHand(optimiser: OptimiserOptions, steps: number, clip: number, move: (s: Hand, g: number) => void): Hand[] {
  const step = trainingStep(model, { loss, optimiser });
  const gradients = trainingStep(model, { loss, optimiser: "gradients", clip });
  let state = starts(step);
  const hands = step.parameters.map((name): Hand => ({ name, p: first(state[name]), m: 0, v: 0, average: 0 }));
  for (const hand of hands) hand.average = hand.p;
  for (let t = 1; t <= steps; t++) {
    const own = Object.fromEntries(step.parameters.map((name) => [name, state[name]]));
    const g = interpret(gradients.graph, { ...whole, ...own });
    for (const hand of hands) move(hand, first(g.clip_scale) * first(g[`gradient.${hand.name}`]));
    const clipped = trainingStep(model, { loss, optimiser, clip });
    state = after(step, interpret(clipped.graph, { ...whole, ...state, ...scalars(0.1, t) }));
  }
  return hands;
}

interface Hand {
  readonly name: string;
  p: number;
  m: number;
  v: number;
  average: number;
}

describe("optimisers in the graph", () => {
  it("do stochastic gradient descent with momentum, decay and a look ahead, as written out by hand", () => {
    for (const nesterov of [false, true]) {
      const optimiser = { kind: "sgd", decay: 0.2, nesterov } as const;
      const hands = byHand(optimiser, 3, 0.5, (s, clipped) => {
        const g = clipped + (s.name === "b1" ? 0 : 0.2) * s.p;
        s.v = 0.9 * s.v + g;
        s.p -= 0.1 * (nesterov ? g + 0.9 * s.v : s.v);
      });
      const found = walked(optimiser, 3, 0.5);
      for (const { name, p, v } of hands) {
        expect(found[name]).toBeCloseTo(p, 5);
        expect(found[`v.${name}`]).toBeCloseTo(v, 5);
      }
    }
    expect(trainingStep(model, { loss, optimiser: { kind: "sgd", momentum: 0 } }).residents).toHaveLength(3);
  });

  it("do Lion as written out by hand", () => {
    const hands = byHand({ kind: "lion", decay: 0.3 }, 3, 0.5, (s, g) => {
      s.p -= 0.1 * (Math.sign(0.9 * s.m + 0.1 * g) + (s.name === "b1" ? 0 : 0.3) * s.p);
      s.m = 0.99 * s.m + 0.01 * g;
    });
    const found = walked({ kind: "lion", decay: 0.3 }, 3, 0.5);
    for (const { name, p, m } of hands) {
      expect(found[name]).toBeCloseTo(p, 5);
      expect(found[`m.${name}`]).toBeCloseTo(m, 5);
    }
  });

  it("give groups their own rate and decay, the first that names a parameter", () => {
    const groups = [
      { parameters: ["w2"], rate: 0 },
      { parameters: ["w*", "b1"], rate: 0.5, decay: 0.4 },
    ];
    const hands = byHand({ kind: "sgd", momentum: 0, groups }, 2, 100, (s, g) => {
      if (s.name !== "w2") s.p -= 0.05 * (g + 0.4 * s.p);
    });
    const found = walked({ kind: "sgd", momentum: 0, groups }, 2);
    for (const { name, p } of hands) expect(found[name]).toBeCloseTo(p, 5);
    const refused =
      (group: object): (() => unknown) =>
      () =>
        trainingStep(model, { loss, optimiser: { kind: "lion", groups: [{ parameters: ["w1"], ...group }] } });
    expect(refused({ rate: -1 })).toThrow(expect.objectContaining({ code: "graph/optimiser" }) as Error);
    expect(refused({ parameters: ["w3"] })).toThrow(expect.objectContaining({ remedy: 'did you mean "w1"?' }) as Error);
  });

  it("keep an average of the weights that soon forgets where they began", () => {
    let t = 0;
    const hands = byHand({ kind: "sgd", momentum: 0, average: 0.25 }, 4, 100, (s, g) => {
      if (s.name === "w1") t++;
      s.p -= 0.1 * g;
      s.average += (1 - Math.min(0.25, (1 + t) / (10 + t))) * (s.p - s.average);
    });
    const found = walked({ kind: "sgd", momentum: 0, average: 0.25 }, 4);
    for (const { name, average } of hands) expect(found[`average.${name}`]).toBeCloseTo(average, 5);
  });

  it("refuse a share that is none", () => {
    for (const optimiser of [
      { kind: "sgd", momentum: 1 },
      { kind: "lion", beta1: -1 },
      { kind: "adamw", average: 2 },
    ])
      expect(() => trainingStep(model, { loss, optimiser: optimiser as OptimiserOptions })).toThrow(/not within/);
  });
});

describe("accumulation", () => {
  it("makes of any batches the update that all of them as one would make, to 1e-5", () => {
    const optimisers: OptimiserOptions[] = [{ kind: "adamw", average: 0.9 }, { kind: "sgd" }];
    const one = optimisers.map((optimiser) => trainingStep(model, { loss, optimiser, clip: 0.3 }));
    const many = optimisers.map((optimiser) => trainingStep(model, { loss, optimiser, clip: 0.3, accumulate: true }));
    const law = fc.property(
      fc.constantFrom(0, 1),
      fc.integer({ min: 1, max: rows - 1 }),
      fc.nat(2),
      (kind, cut, more) => {
        const cuts = [0, cut, Math.min(rows, cut + more), rows].filter((c, i, all) => i === 0 || c > all[i - 1]);
        let [together, apart] = [starts(one[kind]), starts(many[kind])];
        for (let t = 1; t <= 2; t++) {
          const expected = interpret(one[kind].graph, { ...whole, ...together, ...scalars(0.1, t) });
          together = after(one[kind], expected);
          let norm = 0;
          for (let i = 1; i < cuts.length; i++) {
            const update = tensor("bool", [], Uint8Array.of(i === cuts.length - 1 ? 1 : 0));
            const batch = part(cuts[i - 1], cuts[i]);
            const out = interpret(many[kind].graph, { ...batch, ...apart, ...scalars(0.1, t), update });
            apart = after(many[kind], out);
            norm = first(out.gradient_norm);
          }
          expect(norm).toBeCloseTo(first(expected.gradient_norm), 5);
        }
        for (const [name, value] of Object.entries(together))
          value.data.forEach((v, i) => expect(Number(apart[name].data[i])).toBeCloseTo(Number(v), 5));
        expect(first(apart.sum_weight)).toBe(0);
      },
    );
    fc.assert(law, { numRuns: 15, seed: 2 });
  });

  it("is refused with gradients of inputs", () => {
    const options: TrainingOptions = { loss, optimiser: "gradients", accumulate: true, inputGradients: ["x"] };
    expect(() => trainingStep(model, options)).toThrow(expect.objectContaining({ code: "graph/optimiser" }) as Error);
  });
});

function part(from: number, to: number): Feeds {
  return {
    x: float32([to - from, 4], (whole.x.data as Float32Array).slice(4 * from, 4 * to)),
    labels: int64([to - from], Array.from((whole.labels.data as BigInt64Array).slice(from, to), Number)),
    row_weights: float32([to - from], (whole.row_weights.data as Float32Array).slice(from, to)),
  };
}
