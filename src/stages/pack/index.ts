import { canonical, hashOf, murmur3 } from "../../base/hash.ts";
import { random } from "../../base/random.ts";
import { version } from "../../base/version.ts";
import type { Candidate } from "../../record/candidate.ts";
import type { Example } from "../../record/dataset.ts";
import type { Decision } from "../../record/decision.ts";
import type { Quality } from "../../record/evaluation.ts";
import { type PackCard, type PackSample, TRAINED } from "../../record/pack.ts";
import { printBarLine, type Task } from "../../record/task.ts";
import { normalise } from "../../text/normalise.ts";

export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What goes into a pack beside the candidate's own parts. */
export interface PackContents {
  readonly task: Task;
  readonly engine: string;
  readonly candidate: Candidate;
  readonly labels: readonly string[];
  readonly decision: Decision;
  readonly quality: Readonly<Record<string, Quality>>;
  /** The rows that the figures of `quality` come from, under the same names. */
  readonly evaluated: Readonly<Record<string, readonly Example[]>>;
  readonly sample: PackSample;
  readonly trainingTexts: readonly string[];
}

/**
 * Pack: gathers the candidate's parts as they are, with the card, the sample of predictions and the fingerprints of the
 * training texts. No times, dates, paths or memory: the same contents give the same bytes.
 */
export function packParts(contents: PackContents, parts: ReadonlyMap<string, Uint8Array>): Part[] {
  const { task, engine, candidate, labels, decision, quality, evaluated, sample, trainingTexts } = contents;
  const card: PackCard = {
    format: 1,
    whittle: version,
    engine,
    task: {
      name: task.name,
      kind: task.kind,
      about: task.about,
      columns: { text: task.data.text, label: task.data.label },
    },
    labels: Object.fromEntries(labels.map((label) => [label, task.labels[label] ?? ""])),
    recipe: candidate.recipe,
    precision: candidate.precision,
    held: decision.held,
    bar: task.bar.map(printBarLine),
    quality,
    evaluated: Object.fromEntries(Object.entries(evaluated).map(([on, rows]) => [on, identityOf(rows)])),
    trainedOn: { rows: trainingTexts.length },
  };
  return [
    { name: "pack.json", bytes: json(card) },
    ...[...parts].map(([name, bytes]) => ({ name, bytes })),
    { name: "sample.json", bytes: json(sample) },
    { name: TRAINED, bytes: fingerprints(trainingTexts) },
  ];
}

/** Rows as a receipt names them; their order does not matter. */
function identityOf(rows: readonly Example[]): { rows: number; sha256: string } {
  return { rows: rows.length, sha256: hashOf(rows.map((row) => row.id).sort()) };
}

/** Rows of the sample that a pack carries. */
const SAMPLE = 16;

/** Positions of the rows that go into the sample: seeded, in order, short texts only, as the pack is to stay small. */
export function sampleRows(texts: readonly string[], seed: number): number[] {
  const short = texts.flatMap((text, i) => (text.length <= 400 ? [i] : []));
  const chosen = random(seed, "pack sample").sample(short.length, Math.min(SAMPLE, short.length));
  return chosen.map((i) => short[i]).sort((a, b) => a - b);
}

/** MurmurHash3 of a text in normal form: equal for texts that differ in case, spacing or compatibility forms alone. */
export function fingerprint(text: string): number {
  return murmur3(new TextEncoder().encode(normalise(text)));
}

function fingerprints(texts: readonly string[]): Uint8Array {
  const distinct = Uint32Array.from(new Set(texts.map(fingerprint))).sort();
  const bytes = new Uint8Array(distinct.length * 4);
  const view = new DataView(bytes.buffer);
  distinct.forEach((print, i) => view.setUint32(4 * i, print, true));
  return bytes;
}

/** How many of the texts the pack was trained on, by fingerprint. */
export function overlap(texts: readonly string[], trained: Uint8Array): boolean[] {
  const view = new DataView(trained.buffer, trained.byteOffset, trained.byteLength);
  const known = new Set(Array.from({ length: trained.byteLength >> 2 }, (_, i) => view.getUint32(4 * i, true)));
  return texts.map((text) => known.has(fingerprint(text)));
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonical(value));
}
