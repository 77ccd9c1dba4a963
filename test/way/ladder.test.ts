import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { draftTask, parseBarFlag } from "../../src/stages/task/index.ts";
import { defaultMargins } from "../../src/stages/task/margins.ts";
import { memoryStore } from "../../src/store/memory/store.ts";
import { make, type Made } from "../../src/workbench/make/way.ts";
import { madeRows } from "../contracts/made-rows.ts";
import { emptyFolder } from "./whittle.ts";

/** The ladder over made rows: how far it climbs, what it takes, what it says. */
const engine = onnxruntime();
afterAll(() => engine.close());

async function climb(
  bar: string,
  rungs: readonly string[],
  { seeds = 1, margins = defaultMargins, parts = false, rows: count = 240 } = {},
): Promise<Made> {
  const folder = emptyFolder();
  const rows = madeRows(count).map(({ text, target }) =>
    // Each label in four, by the length of the text: enough of them that the last product is worth storing smaller.
    JSON.stringify({ text, label: parts ? `${target} ${text.length % 4}` : target }),
  );
  writeFileSync(join(folder, "rows.jsonl"), rows.join("\n"));
  const task = draftTask({
    name: "made",
    kind: "classify",
    data: { train: ["rows.jsonl"], text: "text", label: "label" },
    bar: [parseBarFlag(bar)],
    rungs,
    margins,
  });
  const store = memoryStore();
  try {
    return await make(task, folder, { store, engine, threads: 1, seeds });
  } finally {
    store.close();
  }
}

const names = ({ measured }: Made): string[] => measured.map((m) => `${m.recipe.rung} ${m.precision}`);

describe("the ladder", () => {
  it("stops at the first rung that holds the bar, and takes the smallest there", async () => {
    const made = await climb("accuracy=0.8", ["baseline", "linear", "bag"]);
    expect(made.decision.held).toBe(true);
    expect(names(made)).not.toContain("bag fp32");
    const held = made.measured.filter((m) => m.held);
    const smallest = Math.min(...held.map((m) => m.footprint.size_bytes));
    const chosen = made.measured.find(
      (m) => m.recipe.rung === made.decision.chosen.rung && m.precision === made.decision.chosen.precision,
    );
    expect(chosen?.footprint.size_bytes).toBe(smallest);
  });

  it("says that no model is needed where keyword rules hold the bar", async () => {
    const made = await climb("accuracy=0.5", ["baseline", "linear"]);
    expect(made.decision.chosen.rung).toBe("baseline");
    expect(made.decision.reasons[0]).toContain("You do not need a model for this");
    expect(names(made)).toEqual(["baseline fp32"]);
  });

  it("climbs to the end where nothing holds, measures the learning curve, and packs the nearest", async () => {
    const made = await climb("accuracy=0.9999", ["baseline", "linear"]);
    expect(made.decision.held).toBe(false);
    expect(names(made)).toEqual(["baseline fp32", "linear fp32", "linear fp16", "linear int8"]);
    expect(made.decision.reasons.join(" ")).toMatch(/Nothing measured holds the bar.*More rows would be expected/);
  });

  it("mixes 4 bits with 8 and heals them where they lose more than the margin", async () => {
    // Nothing can be better than its parent by the whole scale.
    const broken = await climb("accuracy=0.1", ["bag"], {
      parts: true,
      rows: 140,
      margins: { ...defaultMargins, accuracy: -1 },
    });
    expect(names(broken)).toEqual(
      ["fp32", "fp16", "int8", "int4", "mixed", "healed"].map((precision) => `bag ${precision}`),
    );
    const size = (precision: string): number =>
      broken.measured.find((m) => m.precision === precision)?.footprint.size_bytes ?? NaN;
    expect(size("mixed")).toBeLessThanOrEqual(size("int8"));
    expect(size("healed")).toBeLessThan(size("int8"));
  }, 120_000);

  it("trains several seeds when asked, keeps the best and tells all", async () => {
    const made = await climb("accuracy=0.8", ["bag"], { seeds: 2, rows: 160 });
    const seeds = made.measured[0].seeds ?? [];
    expect(seeds.map((s) => s.seed)).toEqual([1, 2]);
    const best = seeds.reduce((a, b) => (b.value > a.value ? b : a));
    expect(made.measured[0].recipe.seed).toBe(best.seed);
    expect(made.decision.reasons.join(" ")).toContain("2 seeds gave accuracy");
  });

  it("opens the test once, for the refit", async () => {
    const made = await climb("accuracy=0.8", ["linear"]);
    expect(made.decision.testOpenings).toBe(1);
    expect(made.decision.test?.["accuracy"]).toMatchObject({ n: made.split.test.length });
  });
});
