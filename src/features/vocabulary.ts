import type { GramReader } from "./grams.ts";
import { PrintTable } from "./printtable.ts";

/** The features kept, by rising fingerprint, each with the number of texts that have it. */
export interface DocumentFrequencies {
  readonly texts: number;
  readonly prints: Uint32Array;
  readonly counts: Int32Array;
}

export interface Selection {
  /** Features of fewer texts are dropped. */
  readonly minDocuments: number;
  /** At most this many are kept: those of the most texts, ties by lower fingerprint. */
  readonly most: number;
}

/** Distinct n-grams held while counting; beyond it the rarest are let go. */
const MOST_COUNTED = 1 << 23;

/**
 * Counts in how many texts each n-gram occurs and keeps what the selection asks for.
 *
 * Memory is bounded: when more than MOST_COUNTED distinct n-grams are held, those seen in the fewest texts are let go
 * (lossy counting, Manku & Motwani 2002), and the floor rises by one each time, so a count may then be short by at most
 * that floor. The result depends on the order of texts only past that bound.
 */
export function countDocuments(
  reader: GramReader,
  texts: readonly string[],
  selection: Selection,
  mostCounted = MOST_COUNTED,
): DocumentFrequencies {
  let table = new PrintTable(1 << 16);
  let counts = new Int32Array(table.prints.length);
  let lastSeen = new Int32Array(table.prints.length);
  let floor = 0;
  for (let t = 0; t < texts.length; t++) {
    reader.read(texts[t]);
    for (let i = 0; i < reader.length; i++) {
      const f = table.put(reader.prints[i]);
      if (f >= counts.length) {
        counts = widened(counts, table.prints.length);
        lastSeen = widened(lastSeen, table.prints.length);
      }
      if (lastSeen[f] === t + 1) continue;
      lastSeen[f] = t + 1;
      counts[f]++;
    }
    while (table.size > mostCounted) {
      floor++;
      const kept = new PrintTable(1 << 16);
      const keptCounts: number[] = [];
      for (let f = 0; f < table.size; f++) {
        if (counts[f] > floor) keptCounts[kept.put(table.prints[f])] = counts[f];
      }
      counts = new Int32Array(kept.prints.length);
      counts.set(keptCounts);
      lastSeen = new Int32Array(kept.prints.length);
      table = kept;
    }
  }
  return select(table, counts, texts.length, selection);
}

function select(
  table: PrintTable,
  counts: Int32Array,
  texts: number,
  { minDocuments, most }: Selection,
): DocumentFrequencies {
  let kept: number[] = [];
  for (let f = 0; f < table.size; f++) if (counts[f] >= minDocuments) kept.push(f);
  if (kept.length > most) {
    kept.sort((a, b) => counts[b] - counts[a] || table.prints[a] - table.prints[b]);
    kept = kept.slice(0, most);
  }
  kept.sort((a, b) => table.prints[a] - table.prints[b]);
  return {
    texts,
    prints: Uint32Array.from(kept, (f) => table.prints[f]),
    counts: Int32Array.from(kept, (f) => counts[f]),
  };
}

function widened(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(length);
  wider.set(array);
  return wider;
}
