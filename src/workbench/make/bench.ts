import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../base/fault.ts";
import { hashOf } from "../../base/hash.ts";
import type { Progress } from "../../base/progress.ts";
import type { Engine } from "../../engine/port.ts";
import { writePack } from "../../packfile/write.ts";
import { openPredictor } from "../../predict/predictor.ts";
import type { Candidate } from "../../record/candidate.ts";
import type { Example } from "../../record/dataset.ts";
import type { Measured } from "../../record/decision.ts";
import type { Footprint } from "../../record/evaluation.ts";
import { type Manifest, manifestSchema } from "../../record/manifest.ts";
import type { Precision, Recipe } from "../../record/recipe.ts";
import { runOf } from "../../record/run.ts";
import type { Scored } from "../../record/scored.ts";
import type { Task } from "../../record/task.ts";
import type { Material } from "../../rungs/rung.ts";
import { calibrationSample, isCalibrated, quantise } from "../../stages/quantise/index.ts";
import { train } from "../../stages/train/index.ts";
import type { Store } from "../../store/port.ts";
import { measureFootprint, TIMED } from "../footprint.ts";
import { type KeptScores, keepScores, readScores } from "./kept-scores.ts";
import { remembered } from "./memo.ts";

/**
 * The stages over the store: each step is recalled by the hash of what it reads, or done and remembered. So a run that
 * was stopped goes on where it was, and repeats nothing that was finished.
 */
export interface Bench {
  readonly task: Task;
  readonly store: Store;
  readonly engine: Engine;
  /** Seeds that a rung with random weights is trained with. */
  readonly seeds: number;
  say(stage: string, label: string, done: number, total?: number): void;
  /** A row of the ladder is known, measured on a dataset (its blob). */
  measured(result: Measured, dataset: string): void;
  train(recipe: Recipe, material: Material, trainedOn: string): Promise<Candidate>;
  /** `rows` are those that the candidate was trained on. */
  quantise(candidate: Candidate, precision: Precision, rows: readonly Example[]): Promise<Candidate>;
  /** What the candidate says of every row, through the predictor; a fault for a row that it refuses. */
  answer(candidate: Candidate, rows: readonly Example[]): Promise<(Scored | Fault)[]>;
  footprint(candidate: Candidate, rows: readonly Example[], sizeBytes: number): Promise<Footprint>;
  partsOf(candidate: Candidate): Map<string, Uint8Array>;
  manifestOf(candidate: Candidate): Manifest;
}

export interface BenchOptions {
  readonly task: Task;
  readonly store: Store;
  readonly engine: Engine;
  readonly progress: Progress;
  readonly threads: number;
  readonly seeds: number;
  /** A folder for files that live no longer than this run. */
  readonly scratch: string;
  readonly signal?: AbortSignal;
  readonly onMeasured?: (result: Measured) => void;
}

export function benchOf(options: BenchOptions): Bench {
  const { task, store, engine, progress, threads, signal } = options;
  const runtime = `${engine.name} ${engine.version}`;
  const idsOf = (rows: readonly Example[]): string => hashOf(rows.map((row) => [row.id, row.target]));

  function partsOf(candidate: Candidate): Map<string, Uint8Array> {
    return new Map(candidate.parts.map((part) => [part.name, store.blobs.get(part.sha256)]));
  }

  function halt(): void {
    if (signal?.aborted === true)
      throw new Fault("make/stopped", { what: "stopped", remedy: "run the same command to go on" });
  }

  return {
    task,
    store,
    engine,
    seeds: options.seeds,
    partsOf,
    say(stage, label, done, total) {
      halt();
      progress.report({ stage, label, done, total });
    },
    measured(result, dataset) {
      const key = keyOfMeasured(result);
      if (store.recall("measured", key) === undefined) store.remember("measured", key, result);
      if (store.recall("run", key) === undefined) store.remember("run", key, runOf(result, dataset));
      options.onMeasured?.(result);
    },
    train(recipe, material, trainedOn) {
      const inputs = {
        runtime,
        recipe,
        labels: material.labels,
        train: idsOf(material.train),
        watch: idsOf(material.watch),
        maxTextLength: material.maxTextLength,
        spans: material.spans,
        trainedOn,
      };
      return remembered(
        store,
        "train",
        inputs,
        (checkpoint) =>
          train(task, recipe, material, trainedOn, store.blobs, { engine, threads, progress, signal, checkpoint }),
        { blobs: blobsOf },
      );
    },
    quantise(candidate, precision, rows) {
      const { seed } = task;
      const texts = rows.map((row) => row.text);
      const sample = calibrationSample(texts, seed, precision);
      const seen = isCalibrated(precision) ? { runtime, seed, sample: hashOf(sample) } : {};
      const inputs = { candidate, precision, ...seen };
      const label = `${candidate.recipe.rung} ${precision}, ${candidate.trainedOn}`;
      const report = (share: number): void =>
        progress.report({ stage: "quantise", label, done: Math.round(100 * share), total: 100 });
      const work = (): Promise<Candidate> =>
        quantise(candidate, precision, { blobs: store.blobs, engine, sample, seed, threads, signal, progress: report });
      return remembered(store, "quantise", inputs, work, { blobs: blobsOf });
    },
    async answer(candidate, rows) {
      const parts = candidate.parts;
      const work = async (): Promise<KeptScores> => {
        const predictor = await openPredictor(partsOf(candidate), engine, { thread: "here", threads });
        try {
          const label = `${candidate.recipe.rung} ${candidate.precision}`;
          const texts = rows.map((row) => row.text);
          const report = (done: number): void =>
            progress.report({ stage: "evaluate", label, done, total: rows.length });
          return keepScores(await predictor.scores(texts, { signal, progress: report }), store.blobs);
        } finally {
          await predictor.close();
        }
      };
      const kept = await remembered(store, "answer", { runtime, parts, rows: idsOf(rows) }, work, {
        blobs: (k) => [k.blob],
      });
      return readScores(kept, store.blobs);
    },
    footprint(candidate, rows, sizeBytes) {
      const texts = rows.slice(0, TIMED).map((row) => row.text);
      const work = async (): Promise<Footprint> => {
        const file = join(options.scratch, `${randomUUID()}.whittle`);
        mkdirSync(options.scratch, { recursive: true });
        try {
          writePack(
            file,
            [...partsOf(candidate)].map(([name, bytes]) => ({ name, bytes })),
          );
          return await measureFootprint(file, texts, sizeBytes, { threads: task.device.threads, signal });
        } finally {
          rmSync(file, { force: true });
        }
      };
      return remembered(store, "footprint", { runtime, parts: candidate.parts, texts: hashOf(texts) }, work);
    },
    manifestOf(candidate) {
      return manifestSchema.parse(JSON.parse(new TextDecoder().decode(partsOf(candidate).get("model.json"))));
    },
  };
}

/** The key under which a row of the ladder is remembered: its footprint differs from machine to machine and is left out. */
export function keyOfMeasured({ recipe, precision, evaluation }: Measured): string {
  return hashOf({ recipe, precision, evaluation });
}

function blobsOf(candidate: Candidate): string[] {
  return candidate.parts.map((part) => part.sha256);
}
