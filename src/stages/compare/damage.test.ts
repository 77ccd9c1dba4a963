import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import type { Damage } from "../../record/damage.ts";
import type { KindName } from "../../record/task.ts";
import { printSpans } from "../../spans/span.ts";
import { isKnown } from "../../stats/estimate.ts";
import { defaultMargins } from "../task/margins.ts";
import { type ComparedTask, damageOf, type NamedItem } from "./index.ts";
import { thresholdsOf } from "./thresholds.ts";

const labels = ["a", "b", "c"];
const sides = { parent: { name: "linear fp32", bytes: 400 }, child: { name: "linear int4", bytes: 60 } };

function taskOf(kind: KindName): ComparedTask {
  const spans = kind === "classify" ? null : { fields: {}, categories: {}, patterns: [], leakRate: 0.05 };
  return { kind, margins: defaultMargins, spans: spans };
}

/** Items on which each side is right with its own chance, surer where it is right. */
function items(n: number, base: number, head: number, seed = 1): NamedItem[] {
  const stream = random(seed, "damage items");
  const answer = (target: string, share: number): NamedItem["base"] => {
    const right = stream.uniform() < share;
    const label = right ? target : labels[(labels.indexOf(target) + 1) % 3];
    return { label, confidence: right ? 0.6 + 0.4 * stream.uniform() : 0.3 + 0.5 * stream.uniform() };
  };
  return Array.from({ length: n }, (_, i) => {
    const target = labels[i % 3];
    const columns = { channel: i % 2 === 0 ? "email" : "chat" };
    const common = { id: `${i}`, text: "some text", target, columns, group: null };
    return { ...common, base: answer(target, base), head: answer(target, head) };
  });
}

const alike = (given: readonly NamedItem[]): NamedItem[] => given.map((item) => ({ ...item, head: item.base }));
const damage = (given: readonly NamedItem[], kind: KindName = "classify"): Damage =>
  damageOf(given, taskOf(kind), sides);

describe("damage", () => {
  it("is held where the child answers as its parent does", () => {
    const found = damage(alike(items(2000, 0.9, 0.9)));
    expect(found).toMatchObject({ ...sides, verdict: "held", more: 0, n: 2000, p: 1 });
    expect(found.flips).toEqual({ changed: 0, worse: 0, better: 0, listed: [] });
    expect(found.calibration.child).toEqual(found.calibration.parent);
    expect(found.thresholds.every(({ verdict }) => verdict === "held")).toBe(true);
  });

  it("finds the slice that a child has lost and that the whole hides", () => {
    const all = alike(items(3000, 0.95, 0.95)).map((item, i) =>
      i % 100 < 2
        ? { ...item, columns: { channel: "fax" }, group: null, head: { label: "c", confidence: 0.99 } }
        : item,
    );
    const found = damageOf(all, { ...taskOf("classify"), margins: { ...defaultMargins, accuracy: 0.05 } }, sides);
    const broken = found.slices.filter(({ verdict }) => verdict === "broken");
    expect(broken.map(({ name }) => name)).toEqual(["channel=fax"]);
    expect(found.lines[0]).toMatchObject({ name: "accuracy", verdict: "held" });
    expect(found.verdict).toBe("broken");
    expect(found.p).toBeLessThan(0.001);
    expect(found.flips.worse).toBeGreaterThan(found.flips.better);
    expect(found.flips.listed[0]).toMatchObject({ what: "worse", child: { label: "c", confidence: 0.99 } });
  });

  it("says of a handful of items that they are too few, and not how many would do", () => {
    const { slices } = damage(
      items(60, 1, 0.8).map((item, i) => (i < 3 ? { ...item, columns: { channel: "fax" } } : item)),
    );
    const [fax, email] = ["fax", "email"].map((name) => slices.find((slice) => slice.name === `channel=${name}`));
    expect(fax).toMatchObject({ n: 3, verdict: "too small to tell", enough: null });
    expect(email).toMatchObject({ verdict: "too small to tell", enough: expect.any(Number) as number });
  });

  it("is too small to tell on few items, and says how many more would do", () => {
    const few = { ...taskOf("classify"), margins: { ...defaultMargins, macro_f1: 1, brier: 1, risk_coverage: 1 } };
    const found = damageOf(alike(items(60, 1, 1)), few, sides);
    expect(found.verdict).toBe("too small to tell");
    const more = found.more as number;
    expect(damageOf(alike(items(60 + more, 1, 1)), few, sides)).toMatchObject({ verdict: "held", more: 0 });
    expect(damageOf(alike(items(57 + more, 1, 1)), few, sides).verdict).toBe("too small to tell");
  });

  it("the sides exchanged, every change and every flip is that of the other direction", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.5, max: 1, noNaN: true }), (seed, head) => {
        const there = items(90, 0.85, head, seed);
        const [one, other] = [there, there.map((item) => ({ ...item, base: item.head, head: item.base }))].map((all) =>
          damage(all),
        );
        expect(other.p).toBe(one.p);
        expect(other.flips).toMatchObject({ worse: one.flips.better, better: one.flips.worse });
        expect(other.flips.changed).toBe(one.flips.changed);
        for (const key of ["lines", "slices"] as const) {
          one[key].forEach(({ name, change }, i) => {
            const back = other[key][i].change;
            expect(other[key][i].name).toBe(name);
            if (change === null || back === null || !isKnown(change) || !isKnown(back)) {
              expect(back).toEqual(change);
              return;
            }
            expect(back.value, name).toBeCloseTo(-change.value, 10);
            expect(back.low, name).toBeCloseTo(-change.high, 10);
            expect(back.high, name).toBeCloseTo(-change.low, 10);
          });
        }
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it("lists so many flips and counts all, the surest that are newly wrong first", () => {
    const { flips } = damage(items(900, 0.9, 0.6));
    expect(flips.listed).toHaveLength(50);
    expect(flips.changed).toBeGreaterThan(50);
    expect(flips.listed.every(({ what }) => what === "worse")).toBe(true);
    const sure = flips.listed.map(({ child }) => child.confidence);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
  });
});

describe("thresholds", () => {
  it("break where the child is as right and sure of everything", () => {
    const all = alike(items(4000, 0.8, 0.8)).map((item) => ({ ...item, head: { ...item.head, confidence: 0.99 } }));
    const found = damage(all);
    expect(found.lines[0]).toMatchObject({ name: "accuracy", verdict: "held" });
    const strict = found.thresholds.find(({ name }) => name === "right ≥ 0.99");
    expect(strict).toMatchObject({ verdict: "broken", counts: "right", child: { coverage: { value: 1 } } });
    expect(strict?.reason).toContain("share right");
  });

  it("break where the child is as right and answers less", () => {
    const all = alike(items(4000, 0.8, 0.8)).map((item) => ({
      ...item,
      head: { ...item.head, confidence: item.head.confidence - 0.1 },
    }));
    const strict = damage(all).thresholds.find(({ name }) => name === "right ≥ 0.99");
    expect(strict).toMatchObject({ verdict: "broken" });
    expect(strict?.reason).toContain("share answered");
  });

  it("are chosen on one half of the items and judged on the other; a given one is judged on all", () => {
    const all = alike(items(2000, 0.8, 0.8));
    const { thresholds } = damageOf(all, taskOf("classify"), { ...sides, thresholds: [{ name: "scope", at: 0.7 }] });
    expect(thresholds.map(({ name, n }) => [name, n])).toEqual([
      ["scope", 2000],
      ["right ≥ 0.9", 1000],
      ["right ≥ 0.95", 1000],
      ["right ≥ 0.99", 1000],
    ]);
    for (const { name, parent } of thresholds.slice(1)) {
      const wanted = Number(name.split(" ").at(-1));
      expect(isKnown(parent.share) && parent.share.high).toBeGreaterThan(wanted);
    }
  });

  it("rarely break where two models are equally good", () => {
    const strict = { ...taskOf("classify"), margins: { ...defaultMargins, accuracy: 0 } };
    let judged = 0;
    let alarms = 0;
    for (let seed = 0; seed < 60; seed++) {
      for (const { verdict } of thresholdsOf(items(300, 0.85, 0.85, seed), strict)) {
        if (verdict !== "not compared") judged++;
        if (verdict === "broken") alarms++;
      }
    }
    // Two shares of each at 2.5 %: 5 % would be expected; one in a hundred times it is twice as many.
    expect(judged).toBeGreaterThan(100);
    expect(alarms / judged).toBeLessThanOrEqual(0.1);
  });

  it("that no confidence of the parent reaches are not compared", () => {
    const all = items(400, 0.5, 0.5).map((item) => ({ ...item, base: { ...item.base, confidence: 0.5 } }));
    expect(damage(all).thresholds[0]).toMatchObject({ at: null, verdict: "not compared" });
  });
});

describe("damage to spans", () => {
  const text = "Ada Byron met Charles Babbage";
  const all = [
    { start: 0, end: 9, label: "NAME" },
    { start: 14, end: 29, label: "NAME" },
  ];
  const printed = (spans: typeof all): string => printSpans({ spans, unplaced: [] });
  const [whole, half] = [printed(all), printed(all.slice(1))];
  const texts = (n: number, lost: number): NamedItem[] =>
    Array.from({ length: n }, (_, i) => ({
      id: `${i}`,
      text,
      target: whole,
      columns: {},
      group: null,
      base: { label: whole, confidence: 0.9 },
      head: i < lost ? { label: half, confidence: 0.8 } : { label: whole, confidence: 0.9 },
    }));

  it("is tested by exchanging whole texts", () => {
    expect(damage(texts(300, 0), "extract")).toMatchObject({ p: 1, test: "paired-permutation", verdict: "held" });
    // All 2⁶ exchanges are as likely; two of them are as far from equal as what was seen.
    expect(damage(texts(300, 6), "extract").p).toBeCloseTo(2 / 64, 2);
    expect(damage(texts(300, 60), "redact")).toMatchObject({ verdict: "broken", flips: { changed: 60, worse: 60 } });
  });

  it("counts what is taken without a leak, of redact", () => {
    const { thresholds } = damage(texts(300, 60), "redact");
    expect(thresholds[0]).toMatchObject({ counts: "without a leak", parent: { share: { value: 1 } } });
    expect(thresholds[0].verdict).toBe("broken");
  });
});
