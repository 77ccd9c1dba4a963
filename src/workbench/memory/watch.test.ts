import { describe, expect, it } from "vitest";
import { isKnown, type Known } from "../../stats/estimate.ts";
import { MemoryWatch, type MemoryTold } from "./watch.ts";

const watching = (residentAt: (answered: number) => number, texts: number, step = 1): MemoryWatch => {
  let answered = 0;
  const watch = new MemoryWatch({ read: () => residentAt(answered), peak: () => residentAt(answered) });
  while (answered < texts) {
    answered += step;
    watch.answered(step);
  }
  return watch;
};

describe("the watch of memory", () => {
  it("tells the growth after warming up, whatever came before", () => {
    const warming = watching((n) => 1e8 + Math.min(n, 2000) * 1e4, 20_000);
    expect((warming.growth() as Known).value).toBe(0);
    const leaking = watching((n) => 1e8 + 700 * n, 20_000);
    expect((leaking.growth() as Known).value).toBeCloseTo(700_000, 3);
    expect((leaking.growth() as Known).low).toBeGreaterThan(690_000);
  });

  it("is not misled by a jump", () => {
    expect((watching((n) => 1e8 + (n > 15_000 ? 5e7 : 0), 20_000).growth() as Known).low).toBe(0);
  });

  it("keeps few points however many are answered, one by one or many at once", () => {
    for (const step of [1, 7, 500]) {
      const { growth, answered } = watching((n) => 1e8 + 3 * n, 200_000, step).tell();
      expect(answered).toBeGreaterThanOrEqual(200_000);
      expect(growth.n).toBeLessThanOrEqual(256);
      expect((growth as Known).value).toBeCloseTo(3000, 6);
    }
  });

  it("says that it cannot tell after a few answers", () => {
    expect(isKnown(watching(() => 1e8, 3).growth())).toBe(false);
  });

  it("tells of each crossing of the limit once", () => {
    let resident = 50;
    const told: MemoryTold[] = [];
    const watch = new MemoryWatch({ limit: 100, read: () => resident, peak: () => 0, onCrossing: (t) => told.push(t) });
    for (const now of [50, 120, 130, 90, 80]) {
      resident = now;
      watch.look();
    }
    expect(told.map(({ full, resident_bytes }) => [full, resident_bytes])).toEqual([
      [true, 120],
      [false, 90],
    ]);
    expect(watch.tell()).toMatchObject({ resident_bytes: 80, peak_bytes: 80, limit_bytes: 100, full: false });
  });
});
