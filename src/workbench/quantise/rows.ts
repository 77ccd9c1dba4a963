import { Fault } from "../../base/fault.ts";
import { readText } from "../../base/files.ts";
import { notJson } from "../../base/not-json.ts";
import { random } from "../../base/random.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Cells, FeedsOf } from "./feeds.ts";

const MOST_BYTES = 256 * 2 ** 20;
/** Refused rows that are listed; the count is whole. */
const LISTED = 20;

export interface RefusedRow {
  /** 1-based. */
  readonly line: number;
  readonly why: string;
}

/** Lines of a JSONL file that hold an object each, and those that do not. */
export interface ReadRows {
  readonly file: string;
  readonly rows: readonly { readonly line: number; readonly cells: Cells }[];
  readonly refused: readonly RefusedRow[];
}

export function readRows(file: string): ReadRows {
  const rows: { line: number; cells: Cells }[] = [];
  const refused: RefusedRow[] = [];
  readText(file, MOST_BYTES)
    .split("\n")
    .forEach((text, i) => {
      if (text.trim() === "") return;
      const line = i + 1;
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === "object" && value !== null && !Array.isArray(value))
          rows.push({ line, cells: value as Cells });
        else refused.push({ line, why: "it is JSON and no object" });
      } catch (error) {
        refused.push({ line, why: `not JSON: ${notJson(error)}` });
      }
    });
  return { file, rows, refused };
}

export interface Refusals {
  readonly count: number;
  readonly listed: readonly RefusedRow[];
}

export const refusals = (all: readonly RefusedRow[]): Refusals => ({
  count: all.length,
  listed: [...all].sort((a, b) => a.line - b.line).slice(0, LISTED),
});

export interface Sample {
  readonly runs: readonly Readonly<Record<string, Tensor>>[];
  readonly refused: Refusals;
}

/**
 * At most `most` rows as a model's inputs, and no more once these hold `mostBytes`: a seeded sample in the order of the file. Rows that do not fit are refused with their line and the
 * reason; where none fits, that is a fault.
 */
export function sampleOf(read: ReadRows, feedsOf: FeedsOf, most: number, seed: number, mostBytes = Infinity): Sample {
  const { file, rows } = read;
  const order = random(seed, "calibration rows").sample(rows.length, rows.length);
  const refused = [...read.refused];
  const fitting: { at: number; feeds: Record<string, Tensor> }[] = [];
  let bytes = 0;
  for (const at of order) {
    if (fitting.length >= most || bytes >= mostBytes) break;
    const feeds = feedsOf(rows[at].cells);
    if (typeof feeds === "string") refused.push({ line: rows[at].line, why: feeds });
    else {
      fitting.push({ at, feeds });
      for (const { data } of Object.values(feeds)) bytes += data.byteLength;
    }
  }
  if (fitting.length === 0) throw noneFits(file, refused);
  return { runs: fitting.sort((a, b) => a.at - b.at).map((f) => f.feeds), refused: refusals(refused) };
}

export function noneFits(file: string, refused: readonly RefusedRow[]): Fault {
  const [first] = [...refused].sort((a, b) => a.line - b.line);
  return new Fault("quantise/no-rows", {
    what: `no row of ${file} fits the model`,
    where: first === undefined ? file : `${file}:${first.line}`,
    why: first === undefined ? "it holds no rows" : first.why,
    remedy: "write one JSON object a line with the numbers of each input, or say with --adapter how rows become inputs",
  });
}
