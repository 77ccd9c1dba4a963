import { z } from "zod";
import { Fault } from "../base/fault.ts";
import type { Likely } from "./answer.ts";

/**
 * The predictions of one evaluation as columns, little-endian, in one blob: 40 bytes a row up to 65,536 labels, 52 beyond.
 *
 *   "WPREDIC1" · header bytes (u32) · rows (u32) · header (JSON: every label that is named, once) · zeros up to a multiple of 8
 *   ids [n] u64 · chances [n, 5] f32 · top [n, 5] label · given [n] label
 *
 * A label is its place in the header's list, u16 or u32. Texts are not repeated: an id points into the dataset.
 * The answer stands first in its row of `top`, and its confidence first in `chances`; the others follow by falling chance.
 * Where there are fewer than five, the place is 0 and the chance NaN.
 */
export interface Predictions {
  readonly n: number;
  readonly labels: readonly string[];
  /** The rows' ids in the dataset. */
  readonly ids: BigUint64Array;
  /** Place of the right answer. */
  readonly given: LabelColumn;
  /** Places of the five likeliest answers, [n, 5]; the first is what was answered. */
  readonly top: LabelColumn;
  /** Calibrated probabilities of `top`, [n, 5]. */
  readonly chances: Float32Array;
}

export type LabelColumn = Uint16Array | Uint32Array;

/** A row as it is written; a right answer and its target print the same. */
export interface PredictedRow {
  readonly id: string;
  readonly target: string;
  /** What was answered first, then others by falling chance; TOP at most are kept. */
  readonly likely: Likely;
}

/** A row as people read it. */
export interface StoredPrediction {
  readonly id: string;
  readonly target: string;
  readonly label: string;
  readonly confidence: number;
  /** The likeliest answers with their probabilities, what was answered first. */
  readonly top: readonly (readonly [label: string, chance: number])[];
}

export const TOP = 5;
const MAGIC = "WPREDIC1";
const START = 16;
const MOST_LABELS = 5_000_000;

const header = z.strictObject({ labels: z.array(z.string()).max(MOST_LABELS) });

export function writePredictions(rows: readonly PredictedRow[]): Uint8Array {
  const n = rows.length;
  const places = new Map<string, number>();
  const place = (label: string): number => {
    const known = places.get(label);
    if (known !== undefined) return known;
    places.set(label, places.size);
    return places.size - 1;
  };
  // How wide a label is stored is known when all have been seen.
  const given = new Uint32Array(n);
  const top = new Uint32Array(n * TOP);
  const chances = new Float32Array(n * TOP).fill(NaN);
  rows.forEach(({ target, likely }, row) => {
    given[row] = place(target);
    for (let k = 0; k < Math.min(TOP, likely.length); k++) {
      top[row * TOP + k] = place(likely[k][0]);
      chances[row * TOP + k] = likely[k][1];
    }
  });

  const head = new TextEncoder().encode(JSON.stringify({ labels: [...places.keys()] }));
  const layout = layoutOf(head.length, n, places.size);
  const bytes = new Uint8Array(layout.end);
  bytes.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(bytes.buffer);
  view.setUint32(8, head.length, true);
  view.setUint32(12, n, true);
  bytes.set(head, START);
  const columns = columnsOf(bytes, layout);
  columns.given.set(given);
  columns.top.set(top);
  columns.chances.set(chances);
  rows.forEach(({ id }, row) => {
    if (!/^[0-9a-f]{16}$/.test(id)) throw new TypeError(`the id "${id}" is not 16 hex digits`);
    columns.ids[row] = BigInt(`0x${id}`);
  });
  return bytes;
}

/** Reads what writePredictions wrote; refuses anything else. */
export function readPredictions(bytes: Uint8Array): Predictions {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < START || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    return damaged("it does not begin as one");
  }
  const headBytes = view.getUint32(8, true);
  const n = view.getUint32(12, true);
  if (START + headBytes > bytes.length) return damaged("it ends within its header");
  const labels = labelsOf(bytes.subarray(START, START + headBytes));
  const layout = layoutOf(headBytes, n, labels.length);
  if (layout.end !== bytes.length) return damaged(`${n} rows do not have its length`);
  const { ids, given, top, chances } = columnsOf(Uint8Array.from(bytes), layout);
  for (const column of [given, top]) {
    for (const label of column) if (label >= labels.length) return damaged("it names a label that it does not hold");
  }
  return { n, labels, ids, given, top, chances };
}

/** The row's id as the dataset writes it: 16 hex digits. */
export function idAt({ ids }: Predictions, row: number): string {
  return ids[row].toString(16).padStart(16, "0");
}

/** One row of the columns. */
export function predictionAt(predictions: Predictions, row: number): StoredPrediction {
  const { labels, given, top, chances } = predictions;
  const best: [string, number][] = [];
  for (let k = row * TOP; k < (row + 1) * TOP; k++) {
    if (!Number.isNaN(chances[k])) best.push([labels[top[k]], chances[k]]);
  }
  return {
    id: idAt(predictions, row),
    target: labels[given[row]],
    label: labels[top[row * TOP]],
    confidence: chances[row * TOP],
    top: best,
  };
}

/** Whether the answer of a row was the right one. */
export function isRight({ given, top }: Predictions, row: number): boolean {
  return given[row] === top[row * TOP];
}

interface Layout {
  readonly ids: number;
  readonly given: number;
  readonly top: number;
  readonly chances: number;
  readonly end: number;
  readonly n: number;
  readonly wide: boolean;
}

/** Wider items first, so that every column starts at a multiple of its item. */
function layoutOf(headBytes: number, n: number, labels: number): Layout {
  const wide = labels > 0x10000;
  const ids = Math.ceil((START + headBytes) / 8) * 8;
  const chances = ids + 8 * n;
  const top = chances + 4 * TOP * n;
  const given = top + (wide ? 4 : 2) * TOP * n;
  return { ids, given, top, chances, end: given + (wide ? 4 : 2) * n, n, wide };
}

function columnsOf(bytes: Uint8Array<ArrayBuffer>, { ids, given, top, chances, n, wide }: Layout) {
  const { buffer } = bytes;
  const Label = wide ? Uint32Array : Uint16Array;
  return {
    ids: new BigUint64Array(buffer, ids, n),
    given: new Label(buffer, given, n),
    top: new Label(buffer, top, n * TOP),
    chances: new Float32Array(buffer, chances, n * TOP),
  };
}

function labelsOf(bytes: Uint8Array): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return damaged("its header is not JSON");
  }
  const read = header.safeParse(value);
  return read.success ? read.data.labels : damaged(`its header does not fit: ${read.error.issues[0].message}`);
}

function damaged(why: string): never {
  throw new Fault("store/predictions", {
    what: "kept predictions cannot be read",
    why,
    remedy: "they were kept by another version of whittle: run make again, and they are made anew",
  });
}
