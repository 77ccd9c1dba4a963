import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { againstBar } from "./compare.ts";
import { isKnown } from "./estimate.ts";
import { wilson } from "./interval/wilson.ts";
import { mcnemar } from "./mcnemar.ts";
import {
  enoughForBar,
  enoughForNonInferiority,
  enoughForPairedDifference,
  enoughForWidth,
  powerOfPairedDifference,
} from "./power.ts";

describe("how many examples", () => {
  it("agrees with published sizes", () => {
    // Fleiss, Levin & Paik 2003: one share, 0.5 against 0.6 at 0.05 and 0.8 wants 194.
    expect(enoughForBar(0.6, 0.5)).toBe(194);
    // Connor 1987: ψ = 0.2, δ = 0.1 at 0.05 and 0.9.
    expect(enoughForPairedDifference({ onlyBase: 0.05, onlyHead: 0.15 }, { power: 0.9 })).toBe(206);
    expect(enoughForBar(0.9, 0.9)).toBe(Infinity);
    expect(enoughForPairedDifference({ onlyBase: 0.1, onlyHead: 0.1 })).toBe(Infinity);
  });

  it("a share reaches its bar with the power it was promised", () => {
    const n = enoughForBar(0.93, 0.9);
    const draws = random(10, "power bar");
    let held = 0;
    for (let run = 0; run < 600; run++) {
      let hits = 0;
      for (let i = 0; i < n; i++) if (draws.uniform() < 0.93) hits++;
      if (againstBar(wilson(hits, n), { limit: 0.9, side: "at least" }).verdict === "held") held++;
    }
    expect(held / 600).toBeGreaterThan(0.74);
    expect(held / 600).toBeLessThan(0.88);
  });

  it("McNemar's test finds a paired difference with the power it was promised", () => {
    const differing = { onlyBase: 0.04, onlyHead: 0.09 };
    const n = enoughForPairedDifference(differing);
    expect(powerOfPairedDifference(n, differing)).toBeCloseTo(0.8, 2);
    const draws = random(11, "power paired");
    let found = 0;
    for (let run = 0; run < 600; run++) {
      let onlyBase = 0;
      let onlyHead = 0;
      for (let i = 0; i < n; i++) {
        const u = draws.uniform();
        if (u < 0.04) onlyBase++;
        else if (u < 0.13) onlyHead++;
      }
      if (mcnemar({ n, both: 0, onlyBase, onlyHead }) <= 0.05) found++;
    }
    expect(found / 600).toBeGreaterThan(0.7);
    expect(found / 600).toBeLessThan(0.88);
  });

  it("an interval has the width it was promised", () => {
    for (const share of [0.5, 0.8, 0.95]) {
      const n = enoughForWidth(share, 0.02);
      const half = (items: number): number => {
        const e = wilson(share * items, items);
        return isKnown(e) ? (e.high - e.low) / 2 : NaN;
      };
      expect(half(n)).toBeLessThanOrEqual(0.02 + 1e-9);
      expect(half(n - 2)).toBeGreaterThan(0.02);
    }
  });

  it("a smaller margin wants more, as its square", () => {
    const wide = enoughForNonInferiority(0.1, 0.02);
    expect(enoughForNonInferiority(0.1, 0.01) / wide).toBeCloseTo(4, 1);
  });
});
