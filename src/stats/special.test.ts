import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  betaQuantile,
  binomialCdf,
  deviate,
  incompleteBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  studentQuantile,
} from "./special.ts";

describe("special functions against published values", () => {
  it("ln Γ", () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 13);
    expect(logGamma(101)).toBeCloseTo(363.73937555556347, 10);
  });

  it("the normal distribution", () => {
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021048517795, 14);
    expect(normalCdf(-6) / 9.865876450376981e-10).toBeCloseTo(1, 12);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.995)).toBeCloseTo(2.5758293035489004, 12);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424308822899, 10);
    expect(deviate(0.9)).toBeCloseTo(1.6448536269514722, 12);
  });

  it.each([
    [1, 12.706204736],
    [5, 2.570581836],
    [10, 2.228138852],
    [30, 2.042272456],
    [1000, 1.962339081],
  ])("Student's t at 0.975 with %i degrees of freedom", (df, t) => {
    expect(studentQuantile(0.975, df)).toBeCloseTo(t, 8);
  });

  it("the incomplete beta where it is a polynomial", () => {
    expect(incompleteBeta(0.5, 2, 3)).toBeCloseTo(0.6875, 14);
    expect(incompleteBeta(0.3, 1, 4)).toBeCloseTo(1 - 0.7 ** 4, 14);
    expect(binomialCdf(2, 12, 0.5)).toBeCloseTo(79 / 4096, 14);
  });
});

describe("special functions by law", () => {
  const shape = fc.double({ min: 0.5, max: 3000, noNaN: true });
  const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });

  it("a beta quantile undoes its distribution, and the two tails mirror", () => {
    fc.assert(
      fc.property(share, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        if (x < 1e-12 || x > 1 - 1e-6) return;
        expect(incompleteBeta(x, a, b)).toBeCloseTo(p, 8);
        // 1 - x keeps no more than 16 + log10(x) digits of a small x: nearer to 0 it is another point that is mirrored.
        if (x > 1e-8) expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 9);
      }),
      { numRuns: 60 },
    );
  });

  it("a normal quantile undoes its distribution", () => {
    fc.assert(
      fc.property(share, (p) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
      }),
    );
  });

  it("the binomial distribution is the sum of its terms", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, p) => {
        let sum = 0;
        for (let k = 0; k <= n; k++) {
          const ways = Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1));
          sum += ways * p ** k * (1 - p) ** (n - k);
          expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 10);
        }
      }),
      { numRuns: 30 },
    );
  });
});
