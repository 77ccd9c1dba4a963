import { join } from "node:path";
import { canonical, hashOf } from "../../base/hash.ts";
import { machine } from "../../base/machine.ts";
import { random } from "../../base/random.ts";
import { silent, type Progress } from "../../base/progress.ts";
import type { Engine } from "../../engine/port.ts";
import { writePack } from "../../packfile/write.ts";
import { openPredictor, type Predictor } from "../../predict/predictor.ts";
import { type Candidate, sizeOfParts } from "../../record/candidate.ts";
import type { Cliff, Scope } from "../../record/cliff.ts";
import type { Dataset, Example } from "../../record/dataset.ts";
import type { Decision, Measured } from "../../record/decision.ts";
import type { Footprint, Quality } from "../../record/evaluation.ts";
import type { MadeRecord } from "../../record/made.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { PackSample } from "../../record/pack.ts";
import { rungNames, type RungName } from "../../record/recipe.ts";
import type { Split } from "../../record/split.ts";
import type { Task } from "../../record/task.ts";
import { ladderOf } from "../../rungs/table.ts";
import { calibrated } from "../../kinds/kind.ts";
import { kindOf } from "../../kinds/table.ts";
import { UNSEEN } from "../../stages/evaluate/index.ts";
import { hashSources } from "../../stages/data/sources.ts";
import { importFiles } from "../../stages/data/index.ts";
import { importOutside } from "../../stages/data/outside.ts";
import { byPreference, type LearningCurve, nameOf, reasons, testReasons, verdicts } from "../../stages/decide/index.ts";
import { packParts, sampleRows } from "../../stages/pack/index.ts";
import { split } from "../../stages/split/index.ts";
import type { Store } from "../../store/port.ts";
import { scramble } from "../../text/scramble.ts";
import { type Bench, benchOf, keyOfMeasured } from "./bench.ts";
import { cliffOf, scopeOf } from "./cliff.ts";
import { climb, labelsOf, learningCurve, type Rows } from "./ladder.ts";
import { remembered } from "./memo.ts";
import { openTest } from "./opening.ts";
import { operatingOf } from "./operating.ts";

export interface MakeOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Threads that training may use. */
  readonly threads: number;
  /** Seeds that a rung with random weights is trained with, the best on the judged rows kept; 1 when not told. */
  readonly seeds?: number;
  /** A row of the ladder is known. */
  readonly onMeasured?: (measured: Measured) => void;
  readonly onDataset?: (dataset: Dataset, split: Split) => void;
}

export interface Made {
  readonly decision: Decision;
  /** Absolute path of the pack. */
  readonly pack: string;
  readonly measured: readonly Measured[];
  readonly dataset: Dataset;
  readonly split: Split;
  /** Of the pack itself, as it was written. */
  readonly footprint: Footprint;
  readonly cliff: Cliff;
}

/**
 * The whole way of one task: data → split → train → quantise → evaluate → decide → pack. Stopped at any moment and
 * started again, it goes on from the last step that was remembered.
 */
export async function make(task: Task, folder: string, options: MakeOptions): Promise<Made> {
  const { store, progress = silent } = options;
  const bench = benchOf({
    ...options,
    seeds: options.seeds ?? 1,
    task,
    progress,
    scratch: join(folder, ".whittle", "scratch"),
  });

  bench.say("data", "reading the examples", 0);
  const { value: dataset, blob: datasetBlob } = await rememberedBlob(
    store,
    "data",
    { sources: hashSources(task, folder) },
    () => importFiles(task, folder),
  );
  bench.say("split", "splitting", 0);
  const { value: divided, blob: splitBlob } = await rememberedBlob(
    store,
    "split",
    { dataset: hashOf(dataset), seed: task.seed },
    async () => split(dataset, task),
  );
  options.onDataset?.(dataset, divided);
  const rows: Rows = {
    examples: dataset.examples,
    split: divided,
    labels: labelsOf(task, dataset.examples),
    outside: task.data.outside.length === 0 ? null : await importOutside(task, folder, dataset.examples),
    dataset: datasetBlob,
  };

  const rungs = rungsOf(task);
  const { measured, unclimbed } = await climb(bench, rows, rungs);
  const anyHeld = measured.some((m) => m.held);
  const curve = anyHeld ? null : await learningCurve(bench, rows, rungs.includes("linear") ? "linear" : rungs[0]);
  return finish(bench, folder, rows, dataset, measured, unclimbed, curve, { dataset: datasetBlob, split: splitBlob });
}

function rungsOf(task: Task): RungName[] {
  const ladder = ladderOf(task.kind);
  if (task.rungs.length === 0) return [...ladder];
  return rungNames.filter((name) => task.rungs.includes(name) && ladder.includes(name));
}

/**
 * Decide and pack. The chosen recipe is refitted on train+dev with its settings frozen. Size, latency and memory are
 * measured again on the refit; should it break a line that the candidate held, the next in preference is taken.
 */
async function finish(
  bench: Bench,
  folder: string,
  rows: Rows,
  dataset: Dataset,
  measured: readonly Measured[],
  unclimbed: readonly RungName[],
  curve: LearningCurve | null,
  blobs: Pick<MadeRecord, "dataset" | "split">,
): Promise<Made> {
  const { task, store } = bench;
  const preference = byPreference(measured);
  const holders = preference.filter((m) => m.held);
  let last:
    { chosen: Measured; scope: Scope | null; refit: Candidate; footprint: Footprint; held: boolean } | undefined;
  for (const chosen of holders.length > 0 ? holders : preference.slice(0, 1)) {
    const scope = await scopeOf(bench, rows, chosen);
    const refit = await refitOf(bench, rows, chosen, scope);
    const footprint = await bench.footprint(refit, trained(rows), sizeOfParts(refit));
    const held = verdicts(task.bar, chosen.evaluation, footprint).every((line) => line.verdict === "held");
    if (last === undefined || held) last = { chosen, scope, refit, footprint, held };
    if (held) break;
  }
  const { chosen, scope, refit, footprint, held } = last as NonNullable<typeof last>;
  const { cliff, key: cliffKey } = await cliffOf(bench, rows, chosen, scope);
  const operating = await operatingOf(bench, rows, chosen);

  const parts = bench.partsOf(refit);
  const predictor = await openPredictor(parts, bench.engine, { thread: "here", secret: UNSEEN });
  try {
    bench.say("decide", "opening the test", 0);
    const test = pick(rows, rows.split.test);
    const opened = await openTest(store, test, refit.parts, predictor);
    const ladder = {
      measured,
      chosen,
      unclimbed,
      curve,
      audit: dataset.audit,
      bar: task.bar,
      headline: Object.keys(kindOf(task.kind).metrics)[0],
    };
    const decision: Decision = {
      held,
      chosen: { rung: chosen.recipe.rung, precision: chosen.precision, recipe: refit.recipe },
      test: opened.test,
      testOpenings: opened.openings,
      reasons: [
        ...reasons(ladder),
        ...(held === chosen.held
          ? []
          : [`Refitted on all rows, ${nameOf(chosen)} no longer holds its size, latency or memory.`]),
        ...testReasons(task.bar, chosen, opened.test, opened.openings),
      ],
    };
    bench.say("pack", "writing the pack", 0);
    const quality: Record<string, Quality> = { [chosen.evaluation.on]: chosen.evaluation.quality };
    if (opened.test !== null) quality["test"] = opened.test;
    if (scope !== null) {
      quality["scope"] = { refused_outside: scope.refused_outside, kept_inside: scope.kept_inside };
    }
    const path = join(folder, `${task.name}.whittle`);
    const contents = {
      task,
      engine: `${bench.engine.name} ${bench.engine.version}`,
      candidate: refit,
      labels: rows.labels,
      decision,
      quality,
      sample: await sampleOf(rows, predictor, task),
      evaluated: {
        [chosen.evaluation.on]: chosen.evaluation.on === "dev" ? pick(rows, rows.split.dev) : trained(rows),
        ...(opened.test === null ? {} : { test }),
        ...(rows.outside === null ? {} : { scope: rows.outside.examples }),
      },
      trainingTexts: trained(rows).map((row) => row.text),
    };
    writePack(path, packParts(contents, parts));
    // Known by what was packed: the reasons speak of latencies, which differ from run to run.
    store.remember("make", hashOf(refit.parts), {
      decision,
      parts: refit.parts,
      engine: `${bench.engine.name} ${bench.engine.version}`,
      machine: machine(),
      footprint,
      ...blobs,
      measured: measured.map(keyOfMeasured),
      opening: opened.key,
      cliff: cliffKey,
      operating,
    } satisfies MadeRecord);
    return { decision, pack: path, measured, dataset, split: rows.split, footprint, cliff };
  } finally {
    await predictor.close();
  }
}

function trained(rows: Rows): Example[] {
  return pick(rows, [...rows.split.train, ...rows.split.dev]);
}

function pick({ examples }: Rows, indices: readonly number[]): Example[] {
  return indices.map((i) => examples[i]);
}

/** The chosen recipe on train+dev, nothing watched, at its precision, with the temperature and the scope that were fitted. */
async function refitOf(bench: Bench, rows: Rows, chosen: Measured, scope: Scope | null): Promise<Candidate> {
  const { kind, maxTextLength, spans } = bench.task;
  const material = { kind, train: trained(rows), watch: [], labels: rows.labels, maxTextLength, spans };
  bench.say("decide", `refitting ${nameOf(chosen)} on all training rows`, 0);
  const whole = await bench.train(chosen.recipe, material, "train+dev");
  const refit = await bench.quantise(whole, chosen.precision, material.train);
  const manifest: Manifest = {
    ...calibrated(bench.manifestOf(refit), chosen.evaluation.calibration),
    scopeThreshold: scope?.threshold ?? null,
  };
  const bytes = new TextEncoder().encode(canonical(manifest));
  const part = { name: "model.json", sha256: bench.store.blobs.put(bytes), bytes: bytes.byteLength };
  return { ...refit, parts: refit.parts.map((p) => (p.name === part.name ? part : p)) };
}

/**
 * Texts with what the pack answers to them. Of redact they are scrambled: a pack travels, and what it is to take out of
 * documents must not travel with it.
 */
async function sampleOf(rows: Rows, predictor: Predictor, { kind, seed }: Task): Promise<PackSample> {
  const pool = rows.split.test.length > 0 ? rows.split.test.map((i) => rows.examples[i]) : trained(rows);
  const texts = sampleRows(
    pool.map((row) => row.text),
    seed,
  ).map((i) => (kind === "redact" ? scramble(pool[i].text, random(seed, `pack sample ${i}`)) : pool[i].text));
  return Promise.all(texts.map(async (text) => ({ text, prediction: await predictor.predict(text) })));
}

/** Remembers a large record as a blob, so that the index stays small. */
async function rememberedBlob<T>(
  store: Store,
  stage: string,
  inputs: unknown,
  compute: () => Promise<T>,
): Promise<{ value: T; blob: string }> {
  const write = async (): Promise<{ blob: string }> => ({
    blob: store.blobs.put(new TextEncoder().encode(JSON.stringify(await compute()))),
  });
  const { blob } = await remembered(store, stage, inputs, write, { blobs: (kept) => [kept.blob] });
  return { value: JSON.parse(new TextDecoder().decode(store.blobs.get(blob))) as T, blob };
}
