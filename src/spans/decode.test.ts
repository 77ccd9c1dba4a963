import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { pathLogLikelihood, spanConfidence } from "./confidence.ts";
import { decode, viterbi } from "./decode.ts";
import type { Lattice } from "./lattice.ts";
import { allowed, runsOf, tagCount } from "./tags.ts";

/** A lattice of n one-character tokens with normal scores. */
function drawn(seed: number, n: number, labels: number, spread: { emissions: number; transitions: number }): Lattice {
  const draw = random(seed, "lattice");
  const tags = tagCount(labels);
  const tokens = Int32Array.from({ length: 2 * n }, (_, i) => i);
  return {
    tokens,
    emissions: Float32Array.from({ length: n * tags }, () => draw.normal() * spread.emissions),
    transitions: Float32Array.from({ length: (tags + 1) ** 2 }, () => draw.normal() * spread.transitions),
    windows: 1,
  };
}

/** Every path that BIO allows with its score, by trying all. */
function allPaths({ tokens, emissions, transitions }: Lattice, labels: number): { path: number[]; score: number }[] {
  const n = tokens.length / 2;
  const tags = tagCount(labels);
  let paths = [{ path: [] as number[], score: 0 }];
  for (let t = 0; t < n; t++) {
    paths = paths.flatMap(({ path, score }) =>
      Array.from({ length: tags }, (_, tag) => tag)
        .filter((tag) => allowed(path.at(-1) ?? 0, tag))
        .map((tag) => ({
          path: [...path, tag],
          score: score + emissions[t * tags + tag] + transitions[(path.at(-1) ?? tags) * (tags + 1) + tag],
        })),
    );
  }
  return paths.map(({ path, score }) => ({
    path,
    score: score + transitions[path[n - 1] * (tags + 1) + tags],
  }));
}

const small = fc.record({
  seed: fc.nat(),
  n: fc.integer({ min: 1, max: 5 }),
  labels: fc.integer({ min: 1, max: 2 }),
  emissions: fc.constantFrom(0.5, 2, 20),
  transitions: fc.constantFrom(0, 1, 8, 1000),
});

describe("viterbi", () => {
  it("finds the best of all paths", () => {
    fc.assert(
      fc.property(small, (s) => {
        const lattice = drawn(s.seed, s.n, s.labels, s);
        const paths = allPaths(lattice, s.labels);
        const best = paths.reduce((a, b) => (b.score > a.score ? b : a));
        const found = viterbi(lattice);
        const score = paths.find(({ path }) => path.every((tag, t) => tag === found[t]))?.score;
        expect(score).toBeCloseTo(best.score, 4);
      }),
    );
  });

  it("marks more the more is taken from O, and never what BIO forbids", () => {
    fc.assert(
      fc.property(small, (s) => {
        const lattice = drawn(s.seed, 40, s.labels, s);
        const outside = [-1000, -1, 0, 1, 1000].map((outsideBias) => {
          const path = [...viterbi(lattice, { outsideBias })];
          path.forEach((tag, t) => expect(allowed(path[t - 1] ?? 0, tag)).toBe(true));
          return path.filter((tag) => tag === 0).length;
        });
        expect(outside).toEqual([...outside].sort((a, b) => b - a));
      }),
    );
  });

  it("says nothing of nothing", () => {
    expect(decode(drawn(1, 0, 2, { emissions: 1, transitions: 1 }), ["a", "b"])).toEqual([]);
  });
});

describe("confidence", () => {
  it("is the share of all paths that mark exactly this span", () => {
    fc.assert(
      fc.property(small, fc.constantFrom(0.5, 1, 3), (s, temperature) => {
        const lattice = drawn(s.seed, s.n, s.labels, s);
        const paths = allPaths(lattice, s.labels);
        const top = Math.max(...paths.map(({ score }) => score));
        const weight = (score: number): number => Math.exp((score - top) / temperature);
        const whole = paths.reduce((sum, { score }) => sum + weight(score), 0);
        // Any path's spans may be asked for, also those of an unlikely one.
        for (const { path, score } of paths.filter((_, i) => i % 7 === 0)) {
          const marginals = spanConfidence(lattice, path, temperature);
          runsOf(path).forEach((run, r) => {
            const same = paths.filter((p) => runsOf(p.path).some((q) => q.join() === run.join()));
            expect(marginals[r]).toBeCloseTo(same.reduce((sum, p) => sum + weight(p.score), 0) / whole, 5);
          });
          expect(pathLogLikelihood(lattice, path, temperature)).toBeCloseTo(
            (score - top) / temperature - Math.log(whole),
            2,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of a part of a long text is that of the whole", () => {
    for (const seed of [1, 2, 3, 4]) {
      const lattice = drawn(seed, 900, 2, { emissions: 1, transitions: 0.7 });
      for (let t = 0; t < 900; t++) lattice.emissions[5 * t] += 5;
      for (let t = 60; t < 900; t += 150) lattice.emissions[5 * t + 1] += 9;
      const tags = viterbi(lattice);
      const gaps = runsOf(tags).map(([first], i, runs) => (i === 0 ? first : first - runs[i - 1][1]));
      expect(Math.max(...gaps)).toBeGreaterThan(100);
      const parts = spanConfidence(lattice, tags);
      // One span more in every gap leaves no part out.
      const filled = tags.slice();
      for (let t = 1; t < 899; t += 10)
        if (filled[t - 1] === 0 && filled[t] === 0 && filled[t + 1] === 0) filled[t] = 1;
      const whole = spanConfidence(lattice, filled);
      const asked = new Set(runsOf(tags).map((run) => run.join()));
      const same = runsOf(filled).flatMap((run, i) => (asked.has(run.join()) ? [whole[i]] : []));
      expect(same.length).toBe(parts.length);
      parts.forEach((p, i) => expect(Math.abs(p - same[i])).toBeLessThan(1e-9));
    }
  });

  it("keeps its footing over long texts, barred steps and scores thousands apart", () => {
    for (const spread of [
      { emissions: 1, transitions: 1 },
      { emissions: 3000, transitions: 1e4 },
      { emissions: 0.001, transitions: 1e6 },
    ]) {
      const lattice = drawn(7, 8_000, 3, spread);
      lattice.transitions.fill(-Infinity, 8 + 1, 8 + 4);
      for (const { confidence } of decode(lattice, ["a", "b", "c"])) {
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }
      expect(pathLogLikelihood(lattice, viterbi(lattice))).toBeLessThanOrEqual(1e-3);
    }
  });
});
