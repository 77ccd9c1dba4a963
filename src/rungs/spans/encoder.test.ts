import { afterAll, describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { silent } from "../../base/progress.ts";
import { onnxruntime } from "../../engine/index.ts";
import { openPredictor } from "../../predict/predictor.ts";
import type { Example } from "../../record/dataset.ts";
import type { Material } from "../rung.ts";
import { encoder } from "./encoder.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

/** Towns behind "to", in texts of which some are longer than a window. */
const towns = ["Basel", "Chur", "Genf", "Sion", "Thun", "Uster", "Visp", "Zug"];
const rows: readonly Example[] = towns.flatMap((town, i) =>
  [`a trip to ${town} and back`, `${"we went on and ".repeat(2 * i)}on to ${town}`].map((text, k) => {
    const start = text.indexOf(town);
    const target = JSON.stringify([[start, start + town.length, "town"]]);
    const source = { file: "trips", line: 2 * i + k + 1 };
    return {
      id: `${i}${k}`,
      text,
      target,
      alternatives: [],
      group: null,
      columns: {},
      source,
      given: "train" as const,
    };
  }),
);
const material: Material = {
  kind: "redact",
  train: rows,
  watch: [],
  labels: ["never", "town"],
  maxTextLength: 2000,
  spans: { fields: {}, categories: {}, patterns: [], leakRate: 0.05 },
};

describe("the encoder of spans", () => {
  it("makes a pack that answers through the predictor, long texts in windows", async () => {
    const settings = {
      ...encoder.defaults,
      width: 16,
      layers: 1,
      epochs: 12,
      batch: 4,
      rate: 0.01,
      window: 12,
      overlap: 4,
    };
    const context = {
      engine,
      seed: 5,
      threads: 1,
      progress: silent,
      checkpoint: { load: () => undefined, save: () => undefined },
    };
    const { parts, found } = await encoder.fit(material, settings, context);
    expect(found).toEqual({ epochs: 12, batch: 4, minTexts: 1, dropout: 0.4, featureDropout: 0.3, swap: 0.4 });
    const predictor = await openPredictor(new Map(parts.map((p) => [p.name, p.bytes])), engine, { thread: "here" });
    const answers = await predictor.predictMany(rows.map(({ text }) => text));
    await predictor.close();
    const said = answers.map((answer) => {
      if (answer instanceof Fault) throw answer;
      if (!("spans" in answer)) throw new TypeError("not an answer of redact");
      return answer;
    });
    const right = said.filter(
      ({ spans }, i) => JSON.stringify(spans.map((s) => [s.start, s.end, s.label])) === rows[i].target,
    );
    expect(right.length).toBeGreaterThan(12);
    expect(said.map(({ windows = 1 }) => windows > 1)).toEqual(rows.map(({ text }) => text.split(" ").length > 12));
  });
});
