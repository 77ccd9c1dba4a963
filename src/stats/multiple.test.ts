import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { benjaminiHochberg, holm } from "./multiple.ts";

describe("many tests at once", () => {
  // The fifteen p-values of Benjamini & Hochberg 1995, §3.2: at 0.05 Holm refuses three, theirs four.
  const published = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];

  it("refuses what the published example refuses", () => {
    expect(holm(published).filter((p) => p <= 0.05)).toHaveLength(3);
    expect(benjaminiHochberg(published).filter((p) => p <= 0.05)).toHaveLength(4);
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(benjaminiHochberg([0.01, 0.04, 0.03])).toEqual([0.03, 0.04, 0.04]);
  });

  it("keeps order, never lowers, and Holm is the stricter", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (ps) => {
        const strict = holm(ps);
        const lax = benjaminiHochberg(ps);
        ps.forEach((p, i) => {
          expect(strict[i]).toBeGreaterThanOrEqual(lax[i] - 1e-12);
          expect(lax[i]).toBeGreaterThanOrEqual(p - 1e-12);
          expect(strict[i]).toBeLessThanOrEqual(1);
          ps.forEach((q, j) => {
            if (p < q) expect(strict[i] <= strict[j] && lax[i] <= lax[j]).toBe(true);
          });
        });
      }),
    );
  });

  it("Holm refuses any true null in 5 % of families at most", () => {
    const draws = random(9, "holm");
    let refused = 0;
    for (let family = 0; family < 2000; family++) {
      const ps = Array.from({ length: 8 }, () => draws.uniform());
      if (holm(ps).some((p) => p <= 0.05)) refused++;
    }
    expect(refused / 2000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000));
    expect(refused / 2000).toBeGreaterThan(0.03);
  });
});
