import type { Progress } from "../base/progress.ts";
import { Fault } from "../base/fault.ts";
import type { Opened } from "../predict/pack.ts";
import type { Evaluation, Footprint, Quality } from "../record/evaluation.ts";
import { TRAINED } from "../record/pack.ts";
import type { Example } from "../record/dataset.ts";
import type { OffsetUnit } from "../record/task.ts";
import { importFile } from "../stages/data/index.ts";
import { judgePack } from "../stages/evaluate/index.ts";
import { overlap } from "../stages/pack/index.ts";
import { memoryStore } from "../store/memory/store.ts";
import { requirePart } from "../predict/parts.ts";
import { measureFootprint } from "./footprint.ts";

/** What `evaluate` tells of a pack on one file; also the shape in which `make` tells of each candidate. */
export interface EvaluationReport {
  readonly task: string;
  readonly kind: string;
  readonly n: number;
  /** Rows of the file that have no figure: without a label, refused by the importer or by the predictor. */
  readonly unscored: number;
  /** Rows, among the scored ones, that the model was trained on. */
  readonly overlap: number;
  readonly quality: Quality;
  readonly slices: Evaluation["slices"];
  readonly latency_ms: Footprint["latency_ms"];
  readonly size_bytes: number;
  readonly peak_memory_bytes: number | null;
}

export interface PackEvaluation extends EvaluationReport {
  /** The same figures without the rows that the model was trained on; null where there are none such, or no others. */
  readonly without_overlap: { readonly n: number; readonly quality: Quality } | null;
  readonly confusions: Evaluation["confusions"];
  /** The first rows that have no figure because they were refused, with the reason. */
  readonly refused: readonly { readonly where: string; readonly code: string; readonly why: string }[];
}

export interface EvaluateOptions {
  /** Columns of the text and of the label; those of the pack's own examples when not told. */
  readonly text?: string;
  readonly label?: string;
  /** What the offsets of spans count; UTF-16 units when not told. */
  readonly offsets?: OffsetUnit;
  readonly threads: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

const SHOWN = 20;

/** A pack on a labelled file, judged as it stands: every answer through its own predictor, at its own temperature. */
export async function evaluatePack(
  pack: Opened,
  path: string,
  data: string,
  options: EvaluateOptions,
): Promise<PackEvaluation> {
  const { card, manifest } = pack;
  const { progress, signal } = options;
  progress.report({ stage: "data", label: `reading ${data}`, done: 0 });
  const read = await importFile(data, {
    text: options.text ?? card.task.columns.text,
    label: options.label ?? card.task.columns.label,
    group: null,
    labels: [],
    maxTextLength: manifest.maxTextLength,
    spans: manifest.spans === undefined ? null : { spec: manifest.spans, offsets: options.offsets ?? "utf16" },
  });
  const texts = read.examples.map((example) => example.text);
  const predictions = await pack.predictMany(texts, {
    signal,
    progress: (done) => progress.report({ stage: "evaluate", label: data, done, total: texts.length }),
  });
  const { blobs } = memoryStore();
  const judged = judgePack(data, read.examples, predictions, manifest, blobs);

  const isTrained = overlap(texts, requirePart(pack.parts, TRAINED));
  const isScored = read.examples.map((example, i) => example.target !== null && !(predictions[i] instanceof Fault));
  const fresh = indices(texts.length, (i) => !isTrained[i] && isScored[i]);
  const seen = indices(texts.length, (i) => isTrained[i] && isScored[i]);
  const apart = pick(read.examples, fresh);
  const withoutOverlap = judgePack(data, apart, pick(predictions, fresh), manifest, blobs);

  progress.report({ stage: "evaluate", label: "latency and memory", done: 0 });
  const footprint = await measureFootprint(path, texts, pack.sizeBytes, { threads: options.threads, signal });
  return {
    task: card.task.name,
    kind: card.task.kind,
    n: judged.n,
    unscored: judged.unscored + read.refused.length,
    overlap: seen.length,
    quality: judged.quality,
    without_overlap:
      seen.length > 0 && fresh.length > 0 ? { n: withoutOverlap.n, quality: withoutOverlap.quality } : null,
    slices: judged.slices,
    confusions: judged.confusions,
    ...footprint,
    refused: [...importRefusals(read.refused), ...predictRefusals(read.examples, predictions)].slice(0, SHOWN),
  };
}

/** A candidate of the ladder in the same shape. */
export function reportOf(
  task: string,
  { evaluation, footprint }: { readonly evaluation: Evaluation; readonly footprint: Footprint },
  overlapping: number,
): EvaluationReport {
  const { kind, n, unscored, quality, slices } = evaluation;
  return { task, kind, n, unscored, overlap: overlapping, quality, slices, ...footprint };
}

function indices(n: number, wanted: (i: number) => boolean): number[] {
  return Array.from({ length: n }, (_, i) => i).filter(wanted);
}

function pick<T>(items: readonly T[], at: readonly number[]): T[] {
  return at.map((i) => items[i]);
}

function importRefusals(refused: Awaited<ReturnType<typeof importFile>>["refused"]): PackEvaluation["refused"] {
  return refused.map(({ source, code, why }) => ({ where: `${source.file}:${source.line}`, code, why }));
}

function predictRefusals(examples: readonly Example[], predictions: readonly unknown[]): PackEvaluation["refused"] {
  return examples.flatMap(({ source }, i) => {
    const answer = predictions[i];
    return answer instanceof Fault
      ? [{ where: `${source.file}:${source.line}`, code: answer.code, why: answer.message }]
      : [];
  });
}
