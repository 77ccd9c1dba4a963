import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { isKnown } from "../../stats/estimate.ts";
import { fitScope, KEEP } from "./scope.ts";

const spread = (n: number, from: number, to: number): number[] => {
  const stream = random(1, `spread ${from}`);
  return Array.from({ length: n }, () => from + (to - from) * stream.uniform());
};
const value = (e: ReturnType<typeof fitScope>["kept_inside"]): number => (isKnown(e) ? e.value : NaN);

describe("the threshold of what belongs to the task", () => {
  it("lies between the two where they stand apart, and refuses no more than it must", () => {
    const scope = fitScope(spread(100, 0.6, 1), spread(40, 0, 0.4), 1);
    expect(scope.threshold).toBeGreaterThan(0.35);
    expect(scope.threshold).toBeLessThan(0.65);
    expect([value(scope.kept_inside), value(scope.refused_outside)]).toEqual([1, 1]);
    expect(scope.fitted).toEqual({ inside: 50, outside: 20 });
    expect([scope.kept_inside.n, scope.refused_outside.n]).toEqual([50, 20]);
  });

  it("keeps the share that it states where they cannot be told apart, give or take the other half's luck", () => {
    const scope = fitScope(spread(4000, 0, 1), spread(4000, 0, 0.5), 1);
    expect(scope.keep).toBe(KEEP);
    expect(value(scope.kept_inside)).toBeGreaterThan(0.93);
    expect(value(scope.refused_outside)).toBeLessThan(0.15);
  });

  it("refuses nothing where texts from outside are answered more surely than the task's own", () => {
    expect(fitScope(spread(50, 0, 0.5), spread(50, 0.6, 1), 1).threshold).toBe(0);
  });

  it("depends on the rows and the seed alone", () => {
    const [a, b] = [spread(60, 0.3, 1), spread(30, 0, 0.7)];
    expect(fitScope(a, b, 3)).toEqual(fitScope([...a], [...b], 3));
  });
});
