import { describe, expect, it } from "vitest";
import type { Dataset } from "../record/dataset.ts";
import type { Precision, RungName } from "../record/recipe.ts";
import type { Judged } from "../record/reported.ts";
import type { KindName } from "../record/task.ts";
import { defaultMargins } from "../stages/task/margins.ts";
import { damagesOf } from "./damage.ts";

const examples = Array.from({ length: 200 }, (_, i) => {
  return { id: `${i}`, text: `text ${i}`, target: i % 2 === 0 ? "a" : "b", columns: {} };
});
// One row has lost its label since.
const dataset = { examples: [...examples.slice(1), { ...examples[0], target: null }] } as unknown as Dataset;

function judged(rung: RungName, precision: Precision, wrong: number): Judged {
  const answers = examples.map(({ id, target }, i) => {
    const label = i > 0 && i <= wrong ? "c" : target;
    return { id, target, label, confidence: 0.9 };
  });
  const footprint = { size_bytes: precision === "fp32" ? 400 : 100 };
  return { recipe: { rung, settings: {}, seed: 1 }, precision, footprint, answers } as unknown as Judged;
}

const ladder = [
  judged("linear", "fp32", 0),
  judged("linear", "int8", 2),
  judged("bag", "fp32", 1),
  judged("bag", "int4", 60),
];
const taskOf = (kind: KindName) => ({ kind, spans: null, margins: defaultMargins });
const settled = { chosen: { rung: "bag" as const }, scope: { threshold: 0.4 } };

describe("damages of a ladder", () => {
  const found = damagesOf(taskOf("classify"), dataset, ladder, settled);

  it("hold each smaller form against fp32 of its own rung, on rows that have a label", () => {
    expect(found.map(({ parent, child, n }) => [parent.name, child.name, child.bytes, n])).toEqual([
      ["linear fp32", "linear int8", 100, 199],
      ["bag fp32", "bag int4", 100, 199],
    ]);
    expect(found.map(({ flips }) => flips.worse)).toEqual([2, 59]);
    expect(found[1].verdict).toBe("broken");
  });

  it("ask of the rung that was taken whether its scope means the same", () => {
    expect(found.map(({ thresholds }) => thresholds[0].name)).toEqual(["right ≥ 0.99", "in scope"]);
    expect(found[1].thresholds[0]).toMatchObject({ at: 0.4, n: 199, verdict: "broken" });
  });

  it("are none where nothing was made smaller", () => {
    expect(damagesOf(taskOf("classify"), dataset, [ladder[0]], settled)).toEqual([]);
  });
});
