import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32, type Tensor } from "../../base/tensor.ts";
import { adamw } from "./adamw.ts";

describe("AdamW beside the engine", () => {
  /** The definition, in double precision. */
  function defined(p: number[], gradients: number[][], rate: number, clip: number, decay: number): number[] {
    const m = p.map(() => 0);
    const v = p.map(() => 0);
    gradients.forEach((g, step) => {
      const t = step + 1;
      p = p.map((x, i) => {
        m[i] = 0.9 * m[i] + 0.1 * clip * g[i];
        v[i] = 0.999 * v[i] + 0.001 * (clip * g[i]) ** 2;
        return (1 - rate * decay) * x - (rate * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
      });
    });
    return p;
  }

  it("follows its definition for any length, with decay on matrices alone", () => {
    const value = fc.double({ min: -2, max: 2, noNaN: true });
    const law = fc.property(
      fc.integer({ min: 1, max: 11 }).chain((n) =>
        fc.record({
          p: fc.array(value, { minLength: n, maxLength: n }),
          gs: fc.array(fc.array(value, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 4 }),
          matrix: fc.boolean(),
        }),
      ),
      ({ p, gs, matrix }) => {
        const dims = matrix ? [1, p.length] : [p.length];
        const optimiser = adamw({ first: float32([3], [1, 2, 3]), p: float32(dims, p) }, { decay: 0.1 });
        gs.forEach((g, step) => {
          const gradients: Record<string, Tensor> = { first: float32([3], [0, 0, 0]), p: float32(dims, g) };
          optimiser.update(gradients, step + 1, 0.01, 0.5);
        });
        const small = gs.map((g) => g.map((x) => Math.fround(x)));
        const expected = defined(p.map(Math.fround), small, 0.01, 0.5, matrix ? 0.1 : 0);
        const got = optimiser.parameters.p.data as Float32Array;
        expected.forEach((x, i) => {
          // Near a gradient of 0 the step is a quotient of two small numbers; single precision says little of it.
          if (small.every((g) => Math.abs(g[i]) > 1e-3)) expect(got[i]).toBeCloseTo(x, 4);
        });
        expect([...(optimiser.parameters.first.data as Float32Array)]).toEqual([1, 2, 3]);
      },
    );
    fc.assert(law, { numRuns: 200 });
  });

  it("never leaves a moment among the subnormals, nor its product with a rate", () => {
    const optimiser = adamw({ p: float32([4], [1, 1, 1, 1]) });
    optimiser.update({ p: float32([4], [1e-3, 1e-3, 1e-3, 1e-3]) }, 1, 0.01, 1);
    for (let t = 2; t < 1200; t++) optimiser.update({ p: float32([4], [0, 0, 0, 0]) }, t, 0.01, 1);
    const moment = Number(optimiser.state["m.p"].data[0]);
    expect(moment).toBeLessThan(1e-30);
    expect(moment === 0 || moment * 1e-5 > 1.18e-38).toBe(true);
  });
});
