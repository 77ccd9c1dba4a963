import type { Random } from "../../base/random.ts";
import type { Component } from "./components.ts";

/** The label of a row. */
export type LabelOf = (row: number) => string;

/** A label with fewer rows than this gives none away: all of them train. */
export const SPLIT_FROM = 5;

/**
 * Takes a share of every label out of the components, whole components at a time. Laws: each label with fewer than
 * SPLIT_FROM rows, and one row at least of every label, stays; where every component is a single row, each other label
 * gives its share to within one row, and all together theirs.
 */
export function takeShare(from: readonly Component[], share: number, labelOf: LabelOf, random: Random): Set<Component> {
  const left = countLabels(from, labelOf);
  const needed = quotas(left, share);
  const taken = new Set<Component>();
  for (const component of largestFirst(from, random)) {
    const counts = countLabels([component], labelOf);
    let useful = 0;
    let allowed = true;
    for (const [label, n] of counts) {
      useful += Math.min(n, needed.get(label) ?? 0);
      if ((left.get(label) ?? 0) <= n) allowed = false;
    }
    // Taken when more of its rows are wanted than not.
    if (!allowed || useful * 2 <= component.length) continue;
    taken.add(component);
    for (const [label, n] of counts) {
      left.set(label, (left.get(label) ?? 0) - n);
      needed.set(label, Math.max(0, (needed.get(label) ?? 0) - n));
    }
  }
  return taken;
}

/** How many rows of each label a share is: rounded down, then up for those that lose most by it until the total fits. */
function quotas(counts: ReadonlyMap<string, number>, share: number): Map<string, number> {
  const able = [...counts].filter(([, n]) => n >= SPLIT_FROM);
  const quota = new Map(able.map(([label, n]) => [label, Math.floor(n * share)]));
  const total = Math.round(able.reduce((sum, [, n]) => sum + n, 0) * share);
  let missing = total - [...quota.values()].reduce((sum, n) => sum + n, 0);
  const byLoss = able
    .map(([label, n]) => ({ label, loss: n * share - Math.floor(n * share) }))
    .sort((a, b) => b.loss - a.loss || (a.label < b.label ? -1 : 1));
  for (const { label } of byLoss) {
    if (missing-- <= 0) break;
    quota.set(label, (quota.get(label) ?? 0) + 1);
  }
  return quota;
}

/**
 * Deals components into k folds, the largest first, each to the fold that holds the least of its labels:
 * the least Σ over labels of (rows there × rows arriving) / rows of the label in all, then the fewest rows. Law: where
 * every component is a single row, the folds' counts of a label differ by one at most.
 */
export function dealFolds(
  all: readonly Component[],
  k: number,
  labelOf: LabelOf,
  random: Random,
): Map<Component, number> {
  const totals = countLabels(all, labelOf);
  const folds = Array.from({ length: k }, () => ({ rows: 0, labels: new Map<string, number>() }));
  const dealt = new Map<Component, number>();
  for (const component of largestFirst(all, random)) {
    const counts = countLabels([component], labelOf);
    let best = 0;
    let leastCrowding = Infinity;
    folds.forEach(({ rows, labels }, f) => {
      let crowding = 0;
      for (const [label, n] of counts) crowding += ((labels.get(label) ?? 0) * n) / (totals.get(label) ?? 1);
      if (crowding > leastCrowding || (crowding === leastCrowding && rows >= folds[best].rows)) return;
      best = f;
      leastCrowding = crowding;
    });
    dealt.set(component, best);
    folds[best].rows += component.length;
    for (const [label, n] of counts) folds[best].labels.set(label, (folds[best].labels.get(label) ?? 0) + n);
  }
  return dealt;
}

export function countLabels(of: readonly Component[], labelOf: LabelOf): Map<string, number> {
  const counts = new Map<string, number>();
  for (const rows of of) for (const row of rows) counts.set(labelOf(row), (counts.get(labelOf(row)) ?? 0) + 1);
  return counts;
}

function largestFirst(components: readonly Component[], random: Random): Component[] {
  return random.shuffle([...components]).sort((a, b) => b.length - a.length);
}
