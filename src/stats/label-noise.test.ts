import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { labelSuspects } from "./label-noise.ts";

describe("label suspects", () => {
  it("finds the labels that were spoilt, and hardly any other", () => {
    const draw = random(1, "noise");
    const n = 2000;
    const classes = 4;
    const given = new Uint16Array(n);
    const spoilt = new Set<number>();
    const likely = new Uint16Array(n * 2);
    const chances = new Float32Array(n * 2);
    for (let i = 0; i < n; i++) {
      const truth = draw.below(classes);
      given[i] = truth;
      if (draw.uniform() < 0.05) {
        given[i] = (truth + 1 + draw.below(classes - 1)) % classes;
        spoilt.add(i);
      }
      // A model that knows the truth with a chance of 0.6 to 1, and doubts with the next class.
      const chance = 0.6 + 0.4 * draw.uniform();
      likely.set([truth, (truth + 1) % classes], i * 2);
      chances.set([chance, 1 - chance], i * 2);
    }
    const found = labelSuspects({ given, likely, chances, width: 2, classes });
    const right = found.filter(({ row }) => spoilt.has(row)).length;
    expect(right / spoilt.size).toBeGreaterThan(0.5);
    expect(right / found.length).toBeGreaterThan(0.95);
    const margins = found.map(({ chance, given: own }) => chance - own);
    expect(margins).toEqual([...margins].sort((a, b) => b - a));
  });

  it("does not dispute a label that is the likeliest answer, however little another class asks for", () => {
    const table = { given: [0, 0, 1], likely: [0, 1, 0, 1, 0, 1], chances: [0.99, 0.01, 0.9, 0.1, 0.95, 0.05] };
    expect(labelSuspects({ ...table, width: 2, classes: 2 }).map(({ row }) => row)).toEqual([2]);
  });

  it("suspects nothing where every label is the likeliest answer, and passes over places without a chance", () => {
    const table = { given: [0, 1], likely: [0, 1, 1, 0], chances: [0.9, NaN, 0.8, NaN], width: 2, classes: 2 };
    expect(labelSuspects(table)).toEqual([]);
  });
});
