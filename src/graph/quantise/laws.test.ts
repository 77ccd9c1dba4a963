import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { packed } from "./forms/block.ts";
import { blockCodes, type Codebook, PRODUCT_CODES, squaredError, type Group, reaching } from "./grid.ts";
import { clipped } from "./clipped.ts";
import { halfQuadratic, robustError } from "./half-quadratic.ts";
import { addValues, emptyHistogram, type Histogram } from "./histogram.ts";
import { type Quantised, quantiseMatrix, type Rounding } from "./matrix.ts";
import { type Moments, momentsOf, shrinkage } from "./moments.ts";
import { levelsOf, rangeMethods, rangeOf } from "./range.ts";

const books: readonly Codebook[] = [
  blockCodes(4, false),
  blockCodes(4, true),
  blockCodes(8, false),
  blockCodes(8, true),
  PRODUCT_CODES,
];
const runs = { seed: 7, numRuns: 60 };
const bookOf = fc.constantFrom(...books);
const precisionOf = fc.constantFrom("float16" as const, "float32" as const);
/** Weights of the sizes that networks have, among them groups of one sign and of zeros. */
const weightsOf = fc
  .tuple(fc.nat(), fc.integer({ min: 1, max: 130 }), fc.constantFrom(0, 0.01, 1, 30), fc.constantFrom(-1, 0, 1))
  .map(([seed, n, scale, sign]) => {
    const draw = random(seed, "weights");
    const one = (): number => (draw.uniform() < 0.05 ? 5 : 1) * draw.normal() * scale;
    return Float32Array.from({ length: n }, () => (sign === 0 ? one() : sign * Math.abs(one())));
  });
const whole = (weights: Float32Array): Group => ({ weights, from: 0, to: weights.length, column: 0 });

function dequantised(q: Quantised, block: number): Float64Array {
  return Float64Array.from(q.codes, (code, i) => {
    const group = Math.floor(i / q.columns) * q.groups + Math.floor((i % q.columns) / block);
    return q.scales[group] * (code - q.zeros[group]);
  });
}

describe("whole numbers for weights", () => {
  it("nearest: every weight is within half a step, and zero is met exactly", () => {
    fc.assert(
      fc.property(weightsOf, bookOf, precisionOf, fc.constantFrom(16, 32), (weights, book, precision, block) => {
        const matrix = { weights, rows: 1, columns: weights.length };
        const q = quantiseMatrix(matrix, { block, book, rounding: "nearest", precision });
        dequantised(q, block).forEach((v, i) => {
          const step = Math.abs(q.scales[Math.floor(i / block)]);
          expect(Math.abs(v - weights[i])).toBeLessThanOrEqual(step * 0.5 * (1 + 1e-5));
          if (weights[i] === 0) expect(v).toBe(0);
        });
      }),
      runs,
    );
  });

  it("mse and hqq are never worse than nearest in the error that they lessen", () => {
    fc.assert(
      fc.property(weightsOf, bookOf, precisionOf, (weights, book, precision) => {
        const group = whole(weights);
        const plain = reaching(group, book, precision);
        const least = squaredError(group, clipped(group, book, precision), book);
        expect(least).toBeLessThanOrEqual(squaredError(group, plain, book));
        const delta = Math.abs(plain.scale);
        const robust = robustError(group, halfQuadratic(group, book, precision), book, delta);
        expect(robust).toBeLessThanOrEqual(robustError(group, plain, book, delta));
      }),
      runs,
    );
  });

  it("gptq: the output errs no more than with nearest, and far less where inputs go together", () => {
    const [rows, columns, block] = [12, 64, 32];
    const ratios: number[] = [];
    fc.assert(
      fc.property(fc.nat(), bookOf, (seed, book) => {
        const draw = random(seed, "gptq");
        const weights = Float32Array.from({ length: rows * columns }, () => draw.normal());
        const mix = Float64Array.from({ length: 6 * columns }, () => draw.normal());
        const x = Float64Array.from({ length: 200 * columns }, () => 0.1 * draw.normal());
        for (let t = 0; t < 200; t++)
          for (let s = 0; s < 6; s++) {
            const z = draw.normal();
            for (let k = 0; k < columns; k++) x[t * columns + k] += z * mix[s * columns + k];
          }
        const error = (rounding: Rounding): number => {
          const matrix = { weights, rows, columns };
          const moments = momentsOf(x, columns);
          const v = dequantised(
            quantiseMatrix(matrix, { block, book, rounding, precision: "float16", moments }),
            block,
          );
          let sum = 0;
          for (let t = 0; t < 200; t++)
            for (let n = 0; n < rows; n++) {
              let off = 0;
              for (let k = 0; k < columns; k++)
                off += x[t * columns + k] * (weights[n * columns + k] - v[n * columns + k]);
              sum += off * off;
            }
          return sum;
        };
        ratios.push(error("gptq") / error("nearest"));
      }),
      { seed: 7, numRuns: 12 },
    );
    for (const ratio of ratios) expect(ratio).toBeLessThan(0.5);
  });

  it("gptq: few rows that have nothing to do with each other are not leant on", () => {
    const [size, block, book] = [96, 32, blockCodes(4, false)];
    const draw = random(11, "few rows");
    const normal = (n: number): Float32Array => Float32Array.from({ length: n }, () => draw.normal());
    const weights = normal(16 * size);
    const error = (moments: Moments, others: Float32Array): number => {
      const options = { block, book, rounding: "gptq", precision: "float16", moments } as const;
      const v = dequantised(quantiseMatrix({ weights, rows: 16, columns: size }, options), block);
      let sum = 0;
      for (let t = 0; t < others.length; t += size)
        for (let n = 0; n < 16; n++) {
          let off = 0;
          for (let k = 0; k < size; k++) off += others[t + k] * (weights[n * size + k] - v[n * size + k]);
          sum += off * off;
        }
      return sum;
    };
    const few = momentsOf(normal(40 * size), size);
    expect(shrinkage(few)).toBeGreaterThan(0.9);
    const others = normal(200 * size);
    const trusting = { ...few, rows: 1e9 };
    expect(error(few, others)).toBeLessThan(0.7 * error(trusting, others));
    // One direction in all rows is no chance, however few they are.
    const together = Float32Array.from(
      { length: 40 * size },
      (_, i) => weights[i % size] * (1 + ((i / size) % 3)) + 0.01 * draw.normal(),
    );
    expect(shrinkage(momentsOf(together, size))).toBeLessThan(0.1);
  });

  it("packs low bits first and fills rows up", () => {
    expect([...packed([1, 2, 3, 4, 5, 6], 2, 3, 4, 4, 8)]).toEqual([0x21, 0x83, 0x54, 0x86]);
    expect([...packed([1, 255], 1, 2, 3, 8, 128)]).toEqual([1, 255, 128]);
  });
});

describe("ranges", () => {
  const valuesOf = fc.tuple(fc.nat(), fc.constantFrom(0.001, 1, 50)).map(([seed, scale]) => {
    const draw = random(seed, "values");
    return Float32Array.from({ length: 3000 }, () => scale * draw.normal() * (draw.uniform() < 0.001 ? 40 : 1));
  });
  const seen = (...parts: readonly Float32Array[]): Histogram => parts.reduce(addValues, emptyHistogram);

  it("a histogram is the same whatever came first", () => {
    fc.assert(
      fc.property(valuesOf, valuesOf, (a, b) => {
        expect(seen(a, b)).toEqual(seen(b, a));
        expect(seen(a, b).counts.reduce((s, c) => s + c, 0)).toBe(a.length + b.length);
      }),
      runs,
    );
    expect(seen(Float32Array.of(1, NaN, -Infinity))).toMatchObject({ least: 1, most: 1, total: 1, notFinite: 2 });
  });

  it("lie within what was seen and around 0; the least squares are no worse than the whole", () => {
    fc.assert(
      fc.property(valuesOf, (values) => {
        const histogram = seen(values);
        const error = (method: (typeof rangeMethods)[number]): number => {
          const { scale, zero } = levelsOf(rangeOf(histogram, method));
          const level = (v: number): number => Math.min(255, Math.max(0, Math.round(v / scale) + zero));
          return values.reduce((s, v) => s + (v - scale * (level(v) - zero)) ** 2, 0);
        };
        for (const method of rangeMethods) {
          const { low, high } = rangeOf(histogram, method);
          expect(low).toBeGreaterThanOrEqual(Math.min(0, histogram.least));
          expect(high).toBeLessThanOrEqual(Math.max(0, histogram.most));
          expect(low <= 0 && high >= 0 && high > low).toBe(true);
        }
        // The search sees bins where the values lie, so it may be off by their width.
        expect(error("mse")).toBeLessThanOrEqual(1.05 * error("min-max"));
        const { low, high } = rangeOf(histogram, "percentile");
        expect(values.filter((v) => v < low || v > high).length).toBeLessThanOrEqual(values.length * 1e-4);
      }),
      { ...runs, numRuns: 20 },
    );
  });
});
