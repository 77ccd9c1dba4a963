import { afterAll, describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { openPredictor } from "../../src/predict/predictor.ts";
import { Fault } from "../../src/base/fault.ts";
import { classified } from "../../src/kinds/classify/decode.ts";
import { ladderOf, rungOf } from "../../src/rungs/table.ts";
import type { Fitted, Material } from "../../src/rungs/rung.ts";
import type { RungName } from "../../src/record/recipe.ts";
import { madeRows } from "./made-rows.ts";

/** The laws of src/rungs/rung.ts, for every rung of every kind. */
const engine = onnxruntime();
afterAll(() => engine.close());

const rows = madeRows(150);
// "never" is declared by the task and carried by no row.
const material: Material = {
  kind: "classify",
  train: rows.slice(0, 120),
  watch: [],
  labels: ["delivery", "login", "never", "refund"],
  maxTextLength: 2000,
  spans: null,
};

function fit(name: RungName, seed = 7): Promise<Fitted> {
  const rung = rungOf("classify", name);
  // Laws do not hang on how long a network trains.
  const settings = "epochs" in rung.defaults ? { ...rung.defaults, epochs: 6, rate: 0.008 } : rung.defaults;
  return rung.fit(material, settings, {
    engine,
    seed,
    threads: 1,
    progress: silent,
    checkpoint: { load: () => undefined, save: () => undefined },
  });
}

describe.each(ladderOf("classify"))("rung %s", (name) => {
  it("learns, has an output for every label, and answers through the predictor", async () => {
    const fitted = await fit(name);
    const predictor = await openPredictor(new Map(fitted.parts.map((p) => [p.name, p.bytes])), engine, {
      thread: "here",
    });
    const held = rows.slice(120);
    const answers = await predictor.predictMany(held.map((row) => row.text));
    await predictor.close();
    let right = 0;
    answers.forEach((answer, i) => {
      if (answer instanceof Fault) throw answer;
      const { label, scores, in_scope } = classified(answer);
      if (label === held[i].target) right++;
      expect(Object.keys(scores)).toEqual(material.labels);
      expect(Object.values(scores).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      expect(in_scope).toBeNull();
    });
    expect(right / held.length).toBeGreaterThan(0.8);
  });

  it("is a function of its material, settings and seed", async () => {
    const [a, b] = [await fit(name), await fit(name)];
    expect(a.parts.map((p) => p.name)).toEqual(b.parts.map((p) => p.name));
    a.parts.forEach((part, i) => expect(Buffer.compare(part.bytes, b.parts[i].bytes)).toBe(0));
  });
});
