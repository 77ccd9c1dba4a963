import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { type Estimate, isKnown } from "../stats/estimate.ts";
import type { ScoredRow } from "./kind.ts";
import { kindOf } from "./table.ts";

const width = (e: Estimate): number => (isKnown(e) ? e.high - e.low : NaN);
const value = (e: Estimate): number => (isKnown(e) ? e.value : NaN);

/** Rows of which five share a customer, and with it whether they are answered rightly. */
function rows(kind: "classify" | "redact", grouped: boolean): ScoredRow[] {
  const draws = random(3, "grouped rows");
  const lots = Array.from({ length: 80 }, () => draws.uniform());
  return Array.from({ length: 400 }, (_, i) => {
    const customer = Math.floor(i / 5);
    const right = lots[customer] < 0.8;
    const target = kind === "classify" ? (i % 2 === 0 ? "refund" : "delay") : '[[0,3,"NAME"]]';
    const label = right ? target : kind === "classify" ? (i % 2 === 0 ? "delay" : "refund") : "[]";
    return {
      id: `${i}`,
      text: `Ann wrote ${i}`,
      target,
      columns: { channel: i % 2 === 0 ? "mail" : "chat" },
      group: grouped ? `customer ${customer}` : null,
      answer: { label, confidence: 0.8 },
    };
  });
}

describe.each(["classify", "redact"] as const)("rows of %s that share a group", (kind) => {
  const measured = (grouped: boolean) => kindOf(kind).measure(rows(kind, grouped), null);
  const [alone, together] = [measured(false), measured(true)];

  it("give the same figures with wider intervals, about as wide as so many customers are worth", () => {
    for (const [name, figure] of Object.entries(alone.quality)) {
      const other = together.quality[name];
      if (!isKnown(figure)) continue;
      expect([name, value(other)]).toEqual([name, figure.value]);
      if (figure.value > 0 && figure.value < 1 && name !== "ece") {
        expect(width(other) / width(figure), name).toBeGreaterThan(1.7);
        expect(width(other) / width(figure), name).toBeLessThan(3);
      }
    }
    const main = kind === "classify" ? "accuracy" : "record_exact";
    expect(together.quality[main]).toMatchObject({ n: 400, method: "korn-graubard" });
  });

  it("slices too", () => {
    alone.slices.forEach((slice, i) => {
      const other = together.slices[i];
      expect([other.name, other.n]).toEqual([slice.name, slice.n]);
      for (const [name, figure] of Object.entries(slice.quality)) {
        if (!isKnown(figure) || figure.value === 1 || figure.value === 0) continue;
        expect(value(other.quality[name])).toBeCloseTo(figure.value, 12);
        expect(width(other.quality[name]), `${slice.name} ${name}`).toBeGreaterThan(1.2 * width(figure));
      }
    });
  });
});
