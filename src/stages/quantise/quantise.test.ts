import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { silent } from "../../base/progress.ts";
import { random } from "../../base/random.ts";
import { onnxruntime } from "../../engine/index.ts";
import { fromOnnx, quantise as quantised } from "../../graph/index.ts";
import { feedsOf } from "../../predict/feeds.ts";
import { openPredictor } from "../../predict/predictor.ts";
import { type Candidate, sizeOfParts } from "../../record/candidate.ts";
import type { Example } from "../../record/dataset.ts";
import { manifestSchema } from "../../record/manifest.ts";
import { type Precision, precisions } from "../../record/recipe.ts";
import type { KindName } from "../../record/task.ts";
import { rungOf } from "../../rungs/table.ts";
import { memoryStore } from "../../store/memory/store.ts";
import { calibrated, calibrationSample, divergence, precisionsOf, quantise, saidBy } from "./index.ts";
import { specs } from "./specs.ts";

const engine = onnxruntime();
afterAll(() => engine.close());
const { blobs } = memoryStore();

const places = ["Basel", "Chur", "Genf", "Sion", "Thun", "Uster", "Visp", "Zug", "Bern", "Brig"];
const ways = ["train", "bus", "boat", "bike"];
const draw = random(3, "rows");
const rows: readonly Example[] = Array.from({ length: 40 }, (_, i) => {
  const [place, way, label] = [places[draw.below(10)], ways[draw.below(4)], draw.below(20)];
  const text = `by ${way} ${label % 2 === 0 ? "out to" : "home from"} ${place}, stop ${label}`;
  const source = { file: "trips", line: i + 1 };
  return {
    id: `${i}`,
    text,
    target: `stop ${label}`,
    alternatives: [],
    group: null,
    columns: {},
    source,
    given: "train",
  };
});

async function candidateOf(kind: KindName, rung: "baseline" | "bag" | "encoder"): Promise<Candidate> {
  const spans = kind === "classify" ? null : { fields: {}, categories: {}, patterns: [], leakRate: 0.05 };
  const train = rows.map((row) => {
    const place = places.find((name) => row.text.includes(name)) as string;
    const at = row.text.indexOf(place);
    return kind === "classify" ? row : { ...row, target: JSON.stringify([[at, at + place.length, "place"]]) };
  });
  const labels =
    kind === "classify" ? [...new Set(rows.map((row) => row.target as string))].sort() : ["other", "place"];
  const trained = rungOf(kind, rung);
  const fitted = await trained.fit(
    { kind, train, watch: [], labels, maxTextLength: 500, spans },
    { ...trained.defaults, ...(rung === "baseline" ? {} : { width: 64, layers: 1, epochs: 3 }) },
    { engine, seed: 1, threads: 1, progress: silent, checkpoint: { load: () => undefined, save: () => undefined } },
  );
  const parts = fitted.parts.map(({ name, bytes }) => ({ name, sha256: blobs.put(bytes), bytes: bytes.length }));
  return { recipe: { rung, settings: {}, seed: 1 }, precision: "fp32", trainedOn: "train", parts, curve: [] };
}

const texts = rows.map((row) => row.text);
const contextOf = (precision: Precision) => ({
  blobs,
  engine,
  seed: 1,
  // Healing learns epoch by epoch: fewer texts are enough to see that it does.
  sample: calibrationSample(texts, 1, precision).slice(0, precision === "healed" ? 16 : 40),
});
const bytesOf = ({ parts }: Candidate): Map<string, Uint8Array> =>
  new Map(parts.map((part) => [part.name, blobs.get(part.sha256)]));
const graphOf = (candidate: Candidate) => fromOnnx(bytesOf(candidate).get("model.onnx") as Uint8Array);
const manifestOf = (candidate: Candidate) =>
  manifestSchema.parse(JSON.parse(new TextDecoder().decode(bytesOf(candidate).get("model.json"))));

describe.each(["classify", "extract"] as const)("a candidate of %s", (kind) => {
  let parent: Candidate;
  const made = new Map<Precision, Candidate>();
  const apart = new Map<Precision, number>();
  beforeAll(async () => {
    parent = await candidateOf(kind, "encoder");
    const runs = feedsOf(manifestOf(parent), bytesOf(parent), texts);
    const before = await saidBy(graphOf(parent), runs, engine);
    for (const precision of precisions) {
      const child = await quantise(parent, precision, contextOf(precision));
      made.set(precision, child);
      apart.set(precision, divergence(before, await saidBy(graphOf(child), runs, engine)));
    }
  }, 180_000);
  const at = <T>(of: ReadonlyMap<Precision, T>, precision: Precision): T => of.get(precision) as T;
  const size = (precision: Precision): number => {
    const of = (candidate: Candidate) => candidate.parts.find((part) => part.name === "model.onnx")!.bytes;
    return of(at(made, precision)) / of(parent);
  };

  it("is itself at fp32, and smaller in the order of the precisions", () => {
    expect(precisionsOf(parent, blobs)).toEqual(precisions);
    expect(at(made, "fp32")).toBe(parent);
    expect(size("fp16")).toBeLessThan(0.55);
    expect(size("int8")).toBeLessThan(0.34);
    expect(size("int4")).toBeLessThan(0.26);
    expect(size("int4")).toBeLessThan(size("int8"));
    expect(size("mixed")).toBeLessThanOrEqual(size("int8") + 0.01);
    expect(size("mixed")).toBeGreaterThanOrEqual(size("int4"));
    expect(size("healed")).toBeCloseTo(size("int4"), 2);
    for (const [precision, child] of made) {
      expect(child.precision).toBe(precision);
      expect(child.parts.filter((p) => p.name !== "model.onnx")).toEqual(
        parent.parts.filter((p) => p.name !== "model.onnx"),
      );
      expect(sizeOfParts(child)).toBe(child.parts.reduce((sum, p) => sum + blobs.get(p.sha256).length, 0));
    }
  });

  it("diverges from its parent as its bits are fewer", () => {
    expect(at(apart, "fp32")).toBe(0);
    expect(at(apart, "fp16")).toBeLessThan(1e-5);
    expect(at(apart, "int8")).toBeLessThan(at(apart, "int4"));
    expect(at(apart, "mixed")).toBeLessThan(0.4 * at(apart, "int4"));
    expect(at(apart, "healed")).toBeLessThan(0.05);
    expect(at(apart, "int4")).toBeLessThan(0.05);
  });

  it("answers through the predictor, and is made again to the byte", async () => {
    for (const precision of ["int4", "mixed", "healed"] as const) {
      const predictor = await openPredictor(bytesOf(at(made, precision)), engine, { thread: "here" });
      const answers = await predictor.predictMany(texts);
      expect(answers.every((answer) => !(answer instanceof Fault))).toBe(true);
      await predictor.close();
    }
    expect((await quantise(parent, "int4", contextOf("int4"))).parts).toEqual(at(made, "int4").parts);
  });

  it("is nearer when its products are rounded by their moments", async () => {
    const graph = graphOf(parent);
    const runs = feedsOf(manifestOf(parent), bytesOf(parent), texts);
    const before = await saidBy(graph, runs, engine);
    const off = async (child: ReturnType<typeof graphOf>) => divergence(before, await saidBy(child, runs, engine));
    const spec = await calibrated(graph, specs.int4, runs, engine);
    expect(spec.rounding).toBe("gptq");
    expect(await off(quantised(graph, spec).graph)).toBeLessThan(await off(quantised(graph, specs.int4).graph));
  });

  it("is healed by one text as by none", async () => {
    const one = { ...contextOf("healed"), sample: texts.slice(0, 1) };
    const { parts } = await quantise(parent, "healed", one);
    expect(parts).toEqual((await quantise(parent, "int4", one)).parts);
  });

  it("rounds by mse what would take too long by moments", async () => {
    const graph = graphOf(parent);
    const runs = feedsOf(manifestOf(parent), bytesOf(parent), texts.slice(0, 4));
    const all = await calibrated(graph, specs.int4, runs, engine);
    const some = await calibrated(graph, specs.int4, runs, engine, { most: 1e6 });
    const names = [...some.calibration!.moments!.keys()];
    expect(names.length).toBeLessThan(all.calibration!.moments!.size);
    expect(names.length).toBeGreaterThan(0);
    expect(await calibrated(graph, specs.int4, runs, engine, { most: 1 })).toEqual({ ...specs.int4, rounding: "mse" });
  });
});

describe("what is calibrated on", () => {
  it("is a sample by the seed alone, bounded in texts and characters", () => {
    const many = Array.from({ length: 1000 }, (_, i) => `text ${i}`);
    const drawn = (of: readonly string[], seed = 1) => calibrationSample(of, seed, "int4");
    expect(drawn(many)).toHaveLength(256);
    expect(drawn(many)).toEqual(drawn(many));
    expect(drawn(many, 2)).not.toEqual(drawn(many));
    expect(calibrationSample(many, 1, "healed")).toHaveLength(1000);
    expect(calibrationSample(many, 1, "int8")).toEqual([]);
    expect(drawn([])).toEqual([]);
    const long = Array.from({ length: 9 }, () => "x".repeat(30_000));
    expect(drawn(long)).toHaveLength(3);
    expect(drawn(["x".repeat(200_000)])).toHaveLength(1);
  });
});

describe("a candidate without weights", () => {
  it("is the same at every precision", async () => {
    const rules = await candidateOf("classify", "baseline");
    expect(precisionsOf(rules, blobs)).toEqual(["fp32"]);
    for (const precision of precisions) expect(await quantise(rules, precision, contextOf(precision))).toBe(rules);
  });
});

describe("divergence", () => {
  const said = (...probabilities: number[]) => ({
    rows: probabilities.length / 2,
    width: 2,
    probabilities: Float64Array.from(probabilities),
  });

  it("is the mean of Σ p·ln(p / q), bounded where q is 0", () => {
    expect(divergence(said(0.5, 0.5, 1, 0), said(0.25, 0.75, 1, 0))).toBeCloseTo(0.25 * Math.log(4 / 3), 12);
    expect(divergence(said(1, 0), said(0, 1))).toBeCloseTo(40 * Math.LN2, 9);
    expect(divergence(said(), said())).toBe(0);
  });

  it("refuses models that do not say the same things", () => {
    expect(() => divergence(said(1, 0), said(1, 0, 1, 0))).toThrow(
      expect.objectContaining({ code: "graph/calibration" }),
    );
  });
});
