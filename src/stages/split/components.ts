import type { Dataset } from "../../record/dataset.ts";

/** Rows that must stand on one side: indices into the dataset, ascending. */
export type Component = readonly number[];

/**
 * The finest partition of the labelled rows in which two rows of one near-duplicate cluster, or of one group, are
 * together. By first row.
 */
export function components(dataset: Dataset): Component[] {
  const parent = dataset.examples.map((_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  };
  const firstOfGroup = new Map<string, number>();
  const firstOfCluster = new Map<number, number>();
  const tie = <K>(first: Map<K, number>, key: K, i: number): void => {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, i);
    else parent[Math.max(root(i), root(earlier))] = Math.min(root(i), root(earlier));
  };
  dataset.examples.forEach(({ target, group }, i) => {
    if (target === null) return;
    tie(firstOfCluster, dataset.clusters[i], i);
    if (group !== null) tie(firstOfGroup, group, i);
  });
  const rows = new Map<number, number[]>();
  dataset.examples.forEach(({ target }, i) => {
    if (target === null) return;
    const held = rows.get(root(i));
    if (held === undefined) rows.set(root(i), [i]);
    else held.push(i);
  });
  return [...rows.values()];
}
