import { PrintTable } from "../printtable.ts";
import { LONGEST_VALUE, runPrint, runPrints, shareOf, type TokenRun, type Values } from "./values.ts";

/** Prints of the words of a text, and what is marked in it. */
export interface MarkedWords {
  readonly lower: Int32Array;
  readonly runs: readonly TokenRun[];
}

export interface FittedValues {
  readonly values: Values;
  /**
   * For one training text the share of each entry as the other texts tell it, -1 where none of them has it: what a text
   * would be told by its own answers, no new text is told.
   */
  readonly others: (text: number) => (entry: number) => number;
}

/** Gathers the values of marked texts. */
export function fitValues(texts: readonly MarkedWords[]): FittedValues {
  const prints = new PrintTable(1024);
  const marked = new Map<number, number>();
  const own = texts.map(({ lower, runs }) => {
    const keys = new Set<number>();
    for (const [first, end, label] of runs) {
      if (end - first <= LONGEST_VALUE) keys.add(runPrint(lower, first, end) * LABELS + label);
    }
    for (const key of keys) {
      prints.put(Math.floor(key / LABELS));
      marked.set(key, (marked.get(key) ?? 0) + 1);
    }
    return keys;
  });
  const within = new Int32Array(prints.size);
  const last = new Int32Array(prints.size);
  texts.forEach(({ lower }, r) => {
    for (const [print] of runPrints(lower, lower.length)) {
      const found = prints.find(print);
      if (found < 0 || last[found] === r + 1) continue;
      last[found] = r + 1;
      within[found]++;
    }
  });
  const keys = Float64Array.from(marked.keys()).sort();
  const counts = Int32Array.from(keys, (key) => marked.get(key) as number);
  const totals = Int32Array.from(keys, (key) => within[prints.find(Math.floor(key / LABELS))]);
  return {
    values: {
      prints: Uint32Array.from(keys, (key) => Math.floor(key / LABELS)),
      labels: Uint16Array.from(keys, (key) => key % LABELS),
      shares: Uint8Array.from(keys, (_, e) => shareOf(counts[e], totals[e])),
    },
    others: (text) => (entry) => {
      const count = counts[entry] - (own[text].has(keys[entry]) ? 1 : 0);
      return count === 0 ? -1 : shareOf(count, totals[entry] - 1);
    },
  };
}

/** A print and a label as one number. */
const LABELS = 0x10000;
