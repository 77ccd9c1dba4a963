import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { designEffect } from "./design-effect.ts";
import { isKnown } from "./estimate.ts";
import { discordance } from "./mcnemar.ts";
import { noDifference, pairedShares, worseThan } from "./paired.ts";

/** Groups of one to nine items; with chance `alike` a group's items have one outcome, else each its own. */
function drawn(groups: number, alike: number, right: readonly [base: number, head: number], name: string) {
  const draws = random(7, name);
  const [base, head, of]: [boolean[], boolean[], number[]] = [[], [], []];
  for (let g = 0; g < groups; g++) {
    const lots = (): number[] => [draws.uniform(), draws.uniform(), draws.uniform()];
    const together = draws.uniform() < alike ? lots() : undefined;
    for (let i = draws.below(9); i >= 0; i--) {
      const [a, b, coin] = together ?? lots();
      base.push(a < right[0]);
      head.push((coin < 0.5 ? a : b) < right[1]);
      of.push(g);
    }
  }
  return { base, head, groups: Uint32Array.from(of) };
}

describe("the design effect", () => {
  it("is near 1 where groups are no matter, and near a group's size where they are all", () => {
    const draws = random(1, "values");
    const groups = Uint32Array.from({ length: 4000 }, (_, i) => i >> 2);
    const apart = Float64Array.from({ length: 4000 }, () => draws.normal() / 4);
    const shared = Float64Array.from({ length: 4000 }, (_, i) => apart[i - (i % 4)]);
    expect(designEffect(apart, groups)).toBeLessThan(1.15);
    expect(designEffect(shared, groups)).toBeGreaterThan(3.8);
    expect(designEffect(shared, groups)).toBeLessThan(4.2);
  });

  it("is the size of a group where nothing differs, and without end where groups are too few", () => {
    const nothing = new Float64Array(400);
    expect(
      designEffect(
        nothing,
        Uint32Array.from(nothing, (_, i) => i >> 2),
      ),
    ).toBeCloseTo(4, 0);
    expect(
      designEffect(
        nothing,
        nothing.map((_, i) => i % 9),
      ),
    ).toBe(Infinity);
  });
});

describe("pairs in groups", () => {
  const known = (pairs: Parameters<typeof pairedShares>[0]) => {
    const e = pairedShares(pairs);
    if (!isKnown(e)) throw new Error(e.undetermined);
    return e;
  };

  it("covers the difference whose items stand or fall together, where Tango's interval alone does not", () => {
    // The head's lot is the base's for half of the items.
    const truth = 0.85 - 0.8;
    let [held, alone] = [0, 0];
    const runs = 300;
    for (let run = 0; run < runs; run++) {
      const { base, head, groups } = drawn(60, 0.8, [0.8, 0.85], `run ${run}`);
      const e = known(discordance(base, head, groups));
      const plain = known(discordance(base, head));
      expect(e.value).toBe(plain.value);
      held += Number(e.low <= truth && truth <= e.high);
      alone += Number(plain.low <= truth && truth <= plain.high);
    }
    expect(held / runs).toBeGreaterThan(0.93);
    expect(alone / runs).toBeLessThan(0.85);
  });

  it("is wider than of independent items, and never claims worse the sooner", () => {
    const { base, head, groups } = drawn(80, 0.9, [0.9, 0.8], "wider");
    const [apart, together] = [discordance(base, head), discordance(base, head, groups)];
    expect(known(together).high - known(together).low).toBeGreaterThan(known(apart).high - known(apart).low);
    expect(worseThan(together, 0.01)).toBeGreaterThan(worseThan(apart, 0.01));
    expect(noDifference(base, head, groups).p).toBeGreaterThan(noDifference(base, head, undefined).p);
    expect(noDifference(base, head, groups).test).toBe("paired-permutation");
  });

  it("says so where the groups are too few", () => {
    const { base, head } = drawn(40, 0.5, [0.9, 0.9], "few");
    const pairs = discordance(
      base,
      head,
      Uint32Array.from(base, (_, i) => i % 5),
    );
    expect(pairedShares(pairs)).toHaveProperty("undetermined");
    expect(worseThan(pairs, 0.01)).toBe(1);
  });
});
