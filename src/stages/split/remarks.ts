import type { SplitReport } from "../../record/split.ts";
import { type LabelOf, SPLIT_FROM } from "./stratify.ts";

interface Parts extends Omit<SplitReport, "remarks"> {
  readonly train: readonly number[];
  readonly dev: readonly number[];
  readonly test: readonly number[];
  readonly k: number;
  readonly labelOf: LabelOf;
  /** Rows of given parts that stand in one cluster or group with a row that is trained on. */
  readonly straddling: number;
  /** Rows of the largest cluster or group. */
  readonly largest: number;
  /** Added rows in no part, as they stand close to a test row. */
  readonly apart: number;
}

/** What the split did that a careful person should know, most important first. */
export function remarks(parts: Parts): string[] {
  return [
    overlap("test", parts.testOverlap, parts.test.length),
    overlap("dev", parts.devOverlap, parts.dev.length),
    shared(parts),
    keptApart(parts),
    unjudged(parts),
    lumped(parts),
    small(parts),
    fewFolds(parts),
  ].filter((remark) => remark !== null);
}

/** Only a given part can overlap: what whittle divides, it divides by whole clusters. */
function overlap(part: string, n: number, of: number): string | null {
  if (n === 0) return null;
  const share = ((100 * n) / of).toFixed(1);
  return `${n} of ${of} ${part} rows repeat a text that is trained on (${share} %): the ${part} file was kept as it is, so its figures flatter a little`;
}

function shared({ straddling, testOverlap, devOverlap }: Parts): string | null {
  const more = straddling - testOverlap - devOverlap;
  return more <= 0 ? null : `${more} more given rows nearly repeat a text that is trained on, or share its group`;
}

function keptApart({ apart }: Parts): string | null {
  if (apart === 0) return null;
  return `${apart} added ${apart === 1 ? "row repeats" : "rows repeat"} a test row nearly, or share${apart === 1 ? "s" : ""} its group, and ${apart === 1 ? "is" : "are"} left out: the test stays sealed`;
}

/** Labels that train and are judged by no row of the test part. */
function unjudged({ train, dev, test, labelOf }: Parts): string | null {
  const judged = new Set(test.map(labelOf));
  const missing = [...new Set([...train, ...dev].map(labelOf))].filter((label) => !judged.has(label)).sort();
  if (missing.length === 0) return null;
  const shown =
    missing
      .slice(0, 5)
      .map((label) => `"${label}"`)
      .join(", ") + (missing.length > 5 ? ", …" : "");
  const one = missing.length === 1;
  return `${missing.length} ${one ? "label has" : "labels have"} no row in the test part and ${one ? "is" : "are"} judged out of fold alone: ${shown} (a label with fewer than ${SPLIT_FROM} rows, or with all of them in one cluster or group, stays in train)`;
}

/** One lump of a tenth of the rows or more makes parts and folds uneven. */
function lumped({ train, dev, test, largest }: Parts): string | null {
  const share = largest / (train.length + dev.length + test.length);
  if (largest < 10 || share < 0.1) return null;
  return `one cluster of near-duplicates or group holds ${largest} rows (${Math.round(share * 100)} %): it stays whole, so the parts are less even than asked`;
}

function small({ test, given }: Parts): string | null {
  if (test.length >= 100 || given.includes("test")) return null;
  return `the test part has ${test.length} rows: its interval will be wide`;
}

function fewFolds({ k }: Parts): string | null {
  return k >= 5 ? null : `${k} folds instead of 5: there are too few rows for more`;
}
