/**
 * What is drawn, left out or exchanged whole: single items, or groups of items that are not independent. The items of
 * unit u are items[starts[u]] … items[starts[u + 1] - 1]; units are numbered in the order in which they are met.
 */
export interface Units {
  readonly count: number;
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
  /** The unit of each item. */
  readonly of: Uint32Array;
}

export function unitsOf(n: number, groups?: ArrayLike<number>): Units {
  if (groups === undefined) {
    const own = Uint32Array.from({ length: n }, (_, i) => i);
    return { count: n, starts: Uint32Array.from({ length: n + 1 }, (_, i) => i), items: own, of: own };
  }
  if (groups.length !== n) throw new RangeError(`${n} items and ${groups.length} groups`);
  const numbers = new Map<number, number>();
  const of = Uint32Array.from(groups, (group) => {
    const met = numbers.get(group) ?? numbers.size;
    numbers.set(group, met);
    return met;
  });
  const starts = new Uint32Array(numbers.size + 1);
  for (const unit of of) starts[unit + 1]++;
  for (let u = 0; u < numbers.size; u++) starts[u + 1] += starts[u];
  const next = starts.slice();
  const items = new Uint32Array(n);
  of.forEach((unit, i) => (items[next[unit]++] = i));
  return { count: numbers.size, starts, items, of };
}

/** The group of each item, numbered; undefined where none are told or no two items share one, so that all are independent. */
export type Groups = Uint32Array | undefined;

/** An item without a name stands alone. */
export function groupsOf(names: readonly (string | null | undefined)[]): Groups {
  const numbers = new Map<string, number>();
  let next = 0;
  const groups = Uint32Array.from(names, (name) => {
    if (name === null || name === undefined) return next++;
    const met = numbers.get(name) ?? next++;
    numbers.set(name, met);
    return met;
  });
  return next === names.length ? undefined : groups;
}

/** The groups of some of the items. */
export function groupsAt(groups: Groups, items: readonly number[]): Groups {
  return groups === undefined ? undefined : Uint32Array.from(items, (i) => groups[i]);
}

/** Σ of the values of each group, in the order in which groups are met; the values themselves where items are independent. */
export function sumsOf(values: ArrayLike<number>, groups: Groups): ArrayLike<number> {
  if (groups === undefined) return values;
  const { count, of } = unitsOf(values.length, groups);
  const sums = new Float64Array(count);
  for (let i = 0; i < values.length; i++) sums[of[i]] += values[i];
  return sums;
}

/** Adds to the weight of every item of a unit. */
export function weigh(weights: Int32Array, { starts, items }: Units, unit: number, by: number): void {
  for (let at = starts[unit]; at < starts[unit + 1]; at++) weights[items[at]] += by;
}
