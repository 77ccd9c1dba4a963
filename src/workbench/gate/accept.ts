import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Fault } from "../../base/fault.ts";
import { hashOf } from "../../base/hash.ts";
import type { Progress } from "../../base/progress.ts";
import { version } from "../../base/version.ts";
import { openPack } from "../../predict/pack.ts";
import { type Accepted, textId } from "../../record/accepted.ts";
import type { PartRef } from "../../record/candidate.ts";
import type { Quality } from "../../record/evaluation.ts";
import type { Manifest } from "../../record/manifest.ts";
import type { Task } from "../../record/task.ts";
import { measureAnswers, UNSEEN } from "../../stages/evaluate/index.ts";
import type { Store } from "../../store/port.ts";
import { measureFootprint } from "../footprint.ts";
import { openEngine } from "../open.ts";
import { openTest } from "../make/opening.ts";
import { type AnsweredRow, newestTest, provenanceOf } from "../provenance.ts";
import { writeAccepted } from "./accepted-file.ts";
import { judgeLater, keptRows } from "./judged.ts";

/** Single predictions that a pack makes while its memory is watched. */
export const WATCHED = 100;

export interface AcceptOptions {
  readonly store: Store;
  /** The pack; the one that `make` left in the folder when not told. */
  readonly pack?: string;
  readonly data: readonly string[];
  readonly by: string;
  readonly why: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

export interface AcceptedAs {
  readonly path: string;
  readonly accepted: Accepted;
  readonly refused: number;
}

/**
 * Moves the accepted candidate: writes accepted.json with its figures and every answer that `check` will hold another
 * against. A pack that was not yet scored on the sealed test is, and that is counted as an opening.
 */
export async function accept(task: Task, folder: string, options: AcceptOptions): Promise<AcceptedAs> {
  const { store, progress, signal } = options;
  const path = options.pack ?? join(folder, `${task.name}.whittle`);
  const engine = openEngine(task.device.threads);
  progress.report({ stage: "accept", label: "opening the pack", done: 0 });
  const pack = await openPack(path, engine, { thread: "here", threads: task.device.threads, secret: UNSEEN });
  try {
    const origin = provenanceOf(store, pack.entries);
    const test = origin?.test ?? newestTest(store);
    const sealed = [...new Set(test.map((row) => textId(row.text)))].sort();
    const { answered, read } = await judgeLater(pack, task, folder, {
      data: options.data,
      sealed: new Set(sealed),
      signal,
      progress: (done, total) => progress.report({ stage: "accept", label: "judging", done, total }),
    });
    const ladder = origin?.ladder ?? [];
    if (ladder.length + answered.length === 0) throw nothingJudged(path);
    const opened = await openTest(store, test, partsOf(pack.entries), pack);
    progress.report({ stage: "accept", label: "measuring memory", done: 0 });
    const texts = [...answered, ...ladder].slice(0, WATCHED).map(({ example }) => example.text);
    const footprint = await measureFootprint(path, texts, pack.sizeBytes, {
      threads: task.device.threads,
      timed: WATCHED,
      signal,
    });

    const labels: string[] = [];
    const places = new Map<string, number>();
    const place = (label: string): number => {
      if (!places.has(label)) places.set(label, labels.push(label) - 1);
      return places.get(label) as number;
    };
    const kept = { ladder: keptRows(ladder, place), later: keptRows(answered, place) };
    const accepted: Accepted = {
      format: 1,
      at: systemClock.date().toISOString(),
      by: options.by,
      why: options.why,
      pack: {
        hash: pack.hash,
        size_bytes: pack.sizeBytes,
        rung: pack.card.recipe.rung,
        precision: pack.card.precision,
        held: pack.card.held,
      },
      runtime: { whittle: version, engine: `${engine.name} ${engine.version}`, machine: machine() },
      peak_memory_bytes: footprint.peak_memory_bytes,
      figures: {
        ladder: figures(ladder, pack.manifest),
        later: figures(answered, pack.manifest),
        test: opened.test ?? pack.card.quality["test"] ?? null,
      },
      test_openings: test.length === 0 ? null : opened.openings,
      rows: hashOf([...kept.ladder, ...kept.later].map(([id]) => id)),
      labels,
      ...kept,
      sealed,
    };
    const { by, why } = options;
    store.remember("accept", pack.hash, { by, why, pack: accepted.pack, rows: accepted.rows });
    return { path: writeAccepted(folder, accepted, path), accepted, refused: read.refused.length };
  } finally {
    await pack.close();
    await engine.close();
  }
}

/** What a figure of memory may be compared across: "linux x64, node 20". */
export function machine(): string {
  return `${process.platform} ${process.arch}, node ${process.versions.node.split(".")[0]}`;
}

/** The candidate's own parts, without what packing puts around them. */
function partsOf(entries: readonly PartRef[]): PartRef[] {
  const around = new Set(["pack.json", "sample.json", "trained.bin"]);
  return entries.filter(({ name }) => !around.has(name)).map(({ name, sha256, bytes }) => ({ name, sha256, bytes }));
}

function figures(rows: readonly AnsweredRow[], manifest: Manifest): Quality | null {
  return rows.length === 0 ? null : measureAnswers(rows, manifest);
}

function nothingJudged(path: string): Fault {
  return new Fault("check/no-rows", {
    what: "there is no row to judge this pack on",
    where: path,
    why: "it was not made in this folder, and every row at hand is unlabelled, sealed or trained on",
    remedy: "add labelled rows (whittle data add), name a labelled file with --data, or run whittle make here",
  });
}
