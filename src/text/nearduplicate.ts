import { normalise } from "./normalise.ts";
import { segment } from "./segment.ts";

/** Two different texts whose shingle sets are similar; indices into the texts given. */
export interface SimilarPair {
  readonly a: number;
  readonly b: number;
  /** Jaccard similarity of the shingle sets. */
  readonly similarity: number;
}

export interface NearDuplicates {
  /** For each text the index of the first text of its cluster; a text that is alone is its own. */
  readonly clusters: readonly number[];
  /** The pairs that tied clusters of different texts together (a spanning forest), by similarity, then by place. */
  readonly pairs: readonly SimilarPair[];
}

/** Jaccard similarity from which two texts count as near-duplicates. */
export const NEAR = 0.8;

/** Texts that one rare shingle may hold; beyond, later texts are compared with these only. Bounds the work to O(n). */
const MAX_POSTINGS = 256;

/** The form under which two texts are equal: case and spacing folded. */
export function foldText(text: string): string {
  return normalise(text);
}

/**
 * Clusters equal and nearly equal texts by single linkage: folded texts that are equal, or whose sets of word pairs
 * (bigrams with both ends marked; punctuation dropped, every number read as one sign) have a Jaccard similarity of
 * NEAR or more.
 *
 * All such pairs are found, not a sample of them: two sets this similar must share one of the first
 * |x| − ⌈NEAR·|x|⌉ + 1 elements in any common order, and in order of rarity those few are cheap to look up (prefix
 * filtering: Chaudhuri, Ganti & Kaushik 2006; Bayardo, Ma & Srikant 2007). Only where more than MAX_POSTINGS texts
 * share one rare shingle are the later ones compared with the first alone.
 */
export function nearDuplicates(texts: readonly string[]): NearDuplicates {
  const parent = texts.map((_, i) => i);
  const folded = texts.map(foldText);
  const distinct = joinEqual(folded, parent);
  const sets = shingleSets(distinct.map((i) => folded[i]));
  const order = distinct.map((_, d) => d).sort((x, y) => sets[x].length - sets[y].length || x - y);

  const postings = new Map<number, number[]>();
  const comparedWith = new Int32Array(distinct.length).fill(-1);
  const pairs: SimilarPair[] = [];
  for (const x of order) {
    const set = sets[x];
    const prefix = set.length === 0 ? 0 : set.length - Math.ceil(NEAR * set.length - 1e-9) + 1;
    for (let p = 0; p < prefix; p++) {
      const holders = postings.get(set[p]);
      if (holders === undefined) continue;
      for (const y of holders) {
        if (comparedWith[y] === x || sets[y].length < NEAR * set.length - 1e-9) continue;
        comparedWith[y] = x;
        const a = distinct[Math.min(x, y)];
        const b = distinct[Math.max(x, y)];
        if (root(parent, a) === root(parent, b)) continue;
        const similarity = jaccard(set, sets[y]);
        if (similarity < NEAR) continue;
        join(parent, a, b);
        pairs.push({ a, b, similarity });
      }
    }
    for (let p = 0; p < prefix; p++) {
      const holders = postings.get(set[p]);
      if (holders === undefined) postings.set(set[p], [x]);
      else if (holders.length < MAX_POSTINGS) holders.push(x);
    }
  }
  pairs.sort((p, q) => q.similarity - p.similarity || p.a - q.a || p.b - q.b);
  return { clusters: parent.map((_, i) => root(parent, i)), pairs };
}

/** Joins equal folded texts; returns the first place of each distinct one. */
function joinEqual(folded: readonly string[], parent: number[]): number[] {
  const first = new Map<string, number>();
  folded.forEach((text, i) => {
    const earlier = first.get(text);
    if (earlier === undefined) first.set(text, i);
    else join(parent, earlier, i);
  });
  return [...first.values()];
}

/** Each text's distinct shingles, as ranks: rarest first, so that sorting by number sorts by rarity. */
function shingleSets(folded: readonly string[]): Int32Array[] {
  const words = new Map<string, number>([["", 0]]);
  const shingles = new Map<number, number>();
  const frequency: number[] = [];
  const raw = folded.map((text) => {
    const ids = [0, ...wordsOf(text).map((word) => intern(words, word)), 0];
    const held = new Set<number>();
    for (let i = 1; i < ids.length && ids.length > 2; i++) held.add(intern(shingles, ids[i - 1] * 0x4000000 + ids[i]));
    for (const s of held) frequency[s] = (frequency[s] ?? 0) + 1;
    return held;
  });
  const byRarity = frequency.map((_, s) => s).sort((s, t) => frequency[s] - frequency[t] || s - t);
  const rank = new Int32Array(frequency.length);
  byRarity.forEach((s, r) => (rank[s] = r));
  return raw.map((held) => Int32Array.from(held, (s) => rank[s]).sort());
}

/** Words and numbers; the marks of punctuation where a text has nothing else. */
function wordsOf(text: string): string[] {
  const segments = segment(text);
  const spoken = segments.filter((s) => s.kind !== "punctuation");
  return (spoken.length > 0 ? spoken : segments).map((s) => (s.kind === "number" ? "0" : text.slice(s.start, s.end)));
}

function intern<K>(ids: Map<K, number>, key: K): number {
  let id = ids.get(key);
  if (id === undefined) ids.set(key, (id = ids.size));
  return id;
}

function jaccard(x: Int32Array, y: Int32Array): number {
  let i = 0;
  let j = 0;
  let shared = 0;
  while (i < x.length && j < y.length) {
    if (x[i] === y[j]) {
      shared++;
      i++;
      j++;
    } else if (x[i] < y[j]) i++;
    else j++;
  }
  return shared / (x.length + y.length - shared);
}

/** Union-find with path halving; the root of a set is always its least index. */
function root(parent: number[], i: number): number {
  while (parent[i] !== i) {
    parent[i] = parent[parent[i]];
    i = parent[i];
  }
  return i;
}

function join(parent: number[], i: number, j: number): void {
  const a = root(parent, i);
  const b = root(parent, j);
  parent[Math.max(a, b)] = Math.min(a, b);
}
