import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { discordance, mcnemar } from "./mcnemar.ts";

describe("McNemar's exact test", () => {
  it("counts who was right, and gives the binomial p-value", () => {
    const base = [1, 1, 1, 0, 0, 1];
    const head = [1, 0, 0, 1, 0, 1];
    expect(discordance(base, head)).toEqual({ n: 6, both: 2, onlyBase: 2, onlyHead: 1 });
    expect(mcnemar({ n: 50, both: 30, onlyBase: 2, onlyHead: 10 })).toBeCloseTo((2 * 79) / 4096, 14);
    expect(mcnemar({ n: 9, both: 9, onlyBase: 0, onlyHead: 0 })).toBe(1);
  });

  it("does not ask which is called base", () => {
    expect(mcnemar({ n: 20, both: 5, onlyBase: 3, onlyHead: 9 })).toBe(
      mcnemar({ n: 20, both: 5, onlyBase: 9, onlyHead: 3 }),
    );
  });

  it("refuses a true null no more often than it says, at every level", () => {
    const draws = random(2, "mcnemar null");
    const runs = 2000;
    const ps = Array.from({ length: runs }, () => {
      let onlyBase = 0;
      for (let i = 0; i < 100; i++) if (draws.uniform() < 0.5) onlyBase++;
      return mcnemar({ n: 400, both: 300, onlyBase, onlyHead: 100 - onlyBase });
    });
    for (const alpha of [0.01, 0.05, 0.1, 0.2, 0.5]) {
      const refused = ps.filter((p) => p <= alpha).length / runs;
      expect(refused).toBeLessThan(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs));
      expect(refused).toBeGreaterThan(alpha * 0.4);
    }
  });
});
