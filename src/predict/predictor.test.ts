import { describe, expect, it } from "vitest";
import { Fault } from "../base/fault.ts";
import type { Engine } from "../engine/port.ts";
import type { Manifest } from "../record/manifest.ts";
import { classified } from "../kinds/classify/decode.ts";
import type { Prediction } from "../record/prediction.ts";
import { openPredictor } from "./predictor.ts";

const noEngine: Engine = {
  name: "none",
  version: "0",
  load: () => Promise.reject(new Error("rules need no engine")),
  close: async () => undefined,
};

const rules: Manifest = {
  kind: "classify",
  program: {
    type: "rules",
    rules: [
      { word: "refund", label: 1, precision: 0.9 },
      { word: "parcel", label: 0, precision: 0.8 },
    ],
    otherwise: { label: 2, precision: 0.5 },
  },
  inputs: [],
  labels: ["delivery", "billing", "other"],
  temperature: 1,
  scopeThreshold: null,
  maxTextLength: 40,
};

const parts = (manifest: unknown): Map<string, Uint8Array> =>
  new Map([["model.json", new TextEncoder().encode(JSON.stringify(manifest))]]);

describe("predictor", () => {
  it("answers in order, each refused text in its place, whatever the batches", async () => {
    const predictor = await openPredictor(parts(rules), noEngine);
    const texts = ["my parcel", "", "a REFUND for the parcel", "x".repeat(41), "hello"];
    const answers = await predictor.predictMany(texts);
    const said = answers.map((a) => (a instanceof Fault ? a.code : classified(a).label));
    expect(said).toEqual(["delivery", "predict/empty-text", "billing", "predict/too-long", "other"]);
    expect(classified(answers[2] as Prediction).confidence).toBeCloseTo(0.9, 6);
  });

  it("answers one text as it answers many", async () => {
    const predictor = await openPredictor(parts(rules), noEngine);
    const [many] = await predictor.predictMany(["my parcel"]);
    expect(await predictor.predict("my parcel")).toEqual(many);
    await expect(predictor.predict("  \n ")).rejects.toMatchObject({ code: "predict/empty-text" });
    await expect(predictor.predict(undefined as unknown as string)).rejects.toMatchObject({ code: "predict/not-text" });
  });

  it("says whether a text is in scope once a threshold is fitted", async () => {
    const predictor = await openPredictor(parts({ ...rules, scopeThreshold: 0.7 }), noEngine);
    expect(classified(await predictor.predict("my parcel")).in_scope).toBe(true);
    expect(classified(await predictor.predict("hello")).in_scope).toBe(false);
  });

  it("keeps a label that is named like a property of objects", async () => {
    const predictor = await openPredictor(parts({ ...rules, labels: ["__proto__", "constructor", "other"] }), noEngine);
    expect(Object.keys(classified(await predictor.predict("my parcel")).scores)).toEqual([
      "__proto__",
      "constructor",
      "other",
    ]);
  });

  it("refuses a manifest that it does not understand, and use after close", async () => {
    await expect(openPredictor(new Map(), noEngine)).rejects.toMatchObject({ code: "pack/missing-part" });
    await expect(openPredictor(parts({ ...rules, temperature: 0 }), noEngine)).rejects.toMatchObject({
      code: "pack/manifest",
      where: "temperature",
    });
    const predictor = await openPredictor(parts(rules), noEngine);
    await predictor.close();
    await expect(predictor.predict("my parcel")).rejects.toMatchObject({ code: "predict/closed" });
  });
});
