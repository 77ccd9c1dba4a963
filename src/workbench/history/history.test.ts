import { beforeEach, describe, expect, it } from "vitest";
import type { Measured } from "../../record/decision.ts";
import type { Precision, RungName } from "../../record/recipe.ts";
import { writePredictions } from "../../record/predictions.ts";
import { runOf } from "../../record/run.ts";
import { undetermined } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { memoryStore } from "../../store/memory/store.ts";
import type { Store } from "../../store/port.ts";
import { labelReport } from "../doubts/suspects.ts";
import { thin } from "../doubts/thin.ts";
import { diff } from "./diff.ts";
import { findRun, measuredOf, runs } from "./history.ts";

let store: Store;
let dataset: string;
const task = { kind: "classify", spans: null } as const;
const none = undetermined("not measured", 0);
const idOf = (i: number): string => i.toString(16).padStart(16, "0");
const keyA = `aaaa1${"0".repeat(59)}`;
const keyB = `aaaa2${"0".repeat(59)}`;

/** A run whose answers are one letter a row, "a" right in every row; confidence by row. */
function put(key: string, rung: RungName, precision: Precision, answers: string, from = 0): void {
  const rows = [...answers].map((label, i) => {
    const confidence = 0.9 - i / 100;
    const others = Object.entries({ c: 0.03, b: 0.02, a: 0.01 }).filter(([name]) => name !== label);
    return { id: idOf(from + i), target: "a", likely: [[label, confidence] as const, ...others] };
  });
  const n = rows.length;
  const accuracy = wilson([...answers].filter((label) => label === "a").length, n);
  const measured: Measured = {
    recipe: { rung, settings: {}, seed: 1 },
    precision,
    evaluation: {
      kind: "classify",
      on: "folds",
      n,
      unscored: 0,
      quality: { accuracy },
      slices: [
        { name: "label=a", n, quality: { recall: accuracy } },
        { name: "channel=none", n: 0, quality: { accuracy: undetermined("no rows", 0) } },
      ],
      confusions: [],
      calibration: { temperature: 1 },
      predictions: store.blobs.put(writePredictions(rows)),
    },
    footprint: { latency_ms: { p50: none, p95: none, p99: none }, size_bytes: 1, peak_memory_bytes: null },
    verdicts: [],
    held: true,
  };
  store.remember("measured", key, measured);
  store.remember("run", key, runOf(measured, dataset));
}

beforeEach(() => {
  store = memoryStore();
  const examples = Array.from({ length: 20 }, (_, i) => ({
    id: idOf(i),
    text: i === 19 ? "text 18" : `text ${i}`,
    target: "a",
    alternatives: [],
    source: { file: "rows.csv", line: i + 2 },
  }));
  dataset = store.blobs.put(new TextEncoder().encode(JSON.stringify({ examples })));
  put(keyA, "linear", "fp32", "aaaaaaaabbbb");
  put(keyB, "linear", "int8", "baaaaaaaabcb");
});

describe("history", () => {
  it("finds a run by key, rung and precision; the newest of several", () => {
    expect(runs(store).map((run) => run.key)).toEqual([keyA, keyB]);
    expect(findRun(store, "aaaa1").key).toBe(keyA);
    expect(findRun(store, "linear").key).toBe(keyB);
    expect(findRun(store, "linear:fp32").key).toBe(keyA);
    expect(measuredOf(store, findRun(store, keyB)).precision).toBe("int8");
    expect(() => findRun(store, "aaaa")).toThrow(expect.objectContaining({ code: "history/ambiguous" }));
    expect(() => findRun(store, "liner")).toThrow(expect.objectContaining({ remedy: "did you mean linear?" }));
  });

  it("tells what flipped, with the texts: lost first, then gained, then otherwise wrong", () => {
    const told = diff(store, findRun(store, keyA), findRun(store, keyB), task);
    expect(told).toMatchObject({ n: 12, lost: 1, gained: 1, otherwise: 1, onlyInBase: 0, p: 1 });
    expect(told.flips.map(({ what, text, base, head }) => [what, text, base.label, head.label])).toEqual([
      ["lost", "text 0", "a", "b"],
      ["gained", "text 8", "b", "a"],
      ["otherwise", "text 10", "b", "c"],
    ]);
  });

  it("compares the rows that both were judged on, and refuses where there are none", () => {
    const keyC = "c".repeat(64);
    put(keyC, "bag", "fp32", "aaab", 10);
    expect(diff(store, findRun(store, keyA), findRun(store, "bag"), task)).toMatchObject({
      n: 2,
      onlyInBase: 10,
      onlyInHead: 2,
    });
    put(keyC, "bag", "fp32", "aaab", 15);
    expect(() => diff(store, findRun(store, keyA), findRun(store, "bag"), task)).toThrow(
      expect.objectContaining({ code: "history/nothing-shared" }),
    );
  });
});

describe("the evaluation set", () => {
  it("lists disputed labels with their places, and the likely ceiling with its method", () => {
    const told = labelReport(store);
    expect(told.run.key).toBe(keyA);
    // One class alone is given, so no other has a mean to pass: nothing is disputed.
    expect(told.suspects).toEqual([]);
    expect(told.agreement).toMatchObject({ n: 1 });
    expect(told.ceiling.method).not.toBe("");
  });

  it("says which slices are too thin, and how many rows would do", () => {
    const { evaluation } = measuredOf(store, findRun(store, keyA));
    const line = { metric: "accuracy", slice: null, sense: "at_least", limit: 0.5, by: "interval" } as const;
    const found = thin([line], evaluation);
    expect(found.map(({ slice }) => slice)).toEqual(["channel=none", "all rows", "label=a"]);
    expect(found[0].more).toBeNull();
    expect(found[1].more).toBeGreaterThan(20);
    expect(thin([{ ...line, by: "estimate" }], evaluation)).toEqual([]);
    expect(thin([{ ...line, limit: 0.01 }], evaluation).map(({ slice }) => slice)).toEqual(["channel=none"]);
  });
});

describe("runs of spans", () => {
  const spans = { fields: {}, categories: {}, patterns: [], leakRate: 1 };
  const rows = Array.from({ length: 30 }, (_, i) => ({
    id: idOf(i),
    text: "Ada met Charles",
    target: '[[0,3,"NAME"],[8,15,"NAME"]]',
    alternatives: [],
    source: { file: "rows.jsonl", line: i + 1 },
  }));
  const half = '[[0,3,"NAME"]]';

  beforeEach(() => {
    store = memoryStore();
    dataset = store.blobs.put(new TextEncoder().encode(JSON.stringify({ examples: rows })));
    for (const [key, wrong] of [
      [keyA, 10],
      [keyB, 1],
    ] as const) {
      const answered = rows.map(({ id, target }, i) => ({
        id,
        target,
        likely: [[i < wrong ? half : target, 0.9] as const],
      }));
      const f1 = wilson(30 - wrong, 30);
      const measured: Measured = {
        recipe: { rung: "linear", settings: {}, seed: 1 },
        precision: key === keyA ? "fp32" : "int8",
        evaluation: {
          kind: "redact",
          on: "folds",
          n: 30,
          unscored: 0,
          quality: { span_f1: f1, leak_documents: wilson(wrong, 30) },
          slices: [{ name: "label=NAME", n: 60, quality: { span_recall: f1 } }],
          confusions: [],
          calibration: { temperature: 1 },
          predictions: store.blobs.put(writePredictions(answered)),
        },
        footprint: { latency_ms: { p50: none, p95: none, p99: none }, size_bytes: 1, peak_memory_bytes: null },
        verdicts: [],
        held: true,
      };
      store.remember("measured", key, measured);
      store.remember("run", key, runOf(measured, dataset));
    }
  });

  it("differ in whole texts, and in F1 over all of them", () => {
    const told = diff(store, findRun(store, keyA), findRun(store, keyB), { kind: "redact", spans });
    expect(told).toMatchObject({ n: 30, gained: 9, lost: 0, accuracy: { value: 0.3 } });
    // F1 of 110 of 120 half-marks is 2·50/(2·50 + 10), of the head 2·59/(2·59 + 1).
    expect(told.f1).toMatchObject({ value: 118 / 119 - 100 / 110, method: "jackknife" });
    expect(diff(store, findRun(store, keyA), findRun(store, keyB), task).f1).toBeNull();
  });

  it("leave marks under suspicion that a model nearly always finds", () => {
    const told = labelReport(store);
    expect(told.kind).toBe("redact");
    expect(told.suspects.map(({ where, doubts }) => [where, doubts?.[0].what])).toEqual([
      ["rows.jsonl:1", "not found"],
    ]);
    expect(told.ceiling.accuracy).toMatchObject({ value: 29 / 30, n: 30 });
  });

  it("are thin in texts, not in spans", () => {
    const { evaluation } = measuredOf(store, findRun(store, keyB));
    const line = { metric: "leak_documents", slice: null, sense: "at_most", limit: 0.1, by: "interval" } as const;
    const [found] = thin([line], evaluation);
    expect(found).toMatchObject({ slice: "all rows", n: 30 });
    expect(found.more).toBeGreaterThan(50);
    const recall = { ...line, metric: "span_recall", slice: "label=NAME", sense: "at_least", limit: 0.95 } as const;
    expect(thin([recall], evaluation)).toMatchObject([{ slice: "label=NAME", n: 30 }]);
  });
});
