import type { Members, SlicedRow } from "./kind.ts";

/** A column makes slices when it has at most this many values. */
const MOST_VALUES = 20;

/** Lengths in characters, bounds fixed so that slices mean the same in every evaluation. */
const lengths: readonly { readonly name: string; readonly holds: (n: number) => boolean }[] = [
  { name: "length=short (≤ 40)", holds: (n) => n <= 40 },
  { name: "length=medium (41–160)", holds: (n) => n > 40 && n <= 160 },
  { name: "length=long (> 160)", holds: (n) => n > 160 },
];

export function byLength(rows: readonly SlicedRow[]): Members[] {
  return lengths.flatMap(({ name, holds }) => {
    const members = rows.flatMap((row, i) => (holds(row.text.length) ? [i] : []));
    return members.length === 0 ? [] : [{ name, rows: members }];
  });
}

export function byColumn(rows: readonly SlicedRow[]): Members[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.columns)))].sort();
  return columns.flatMap((column) => {
    const groups = grouped(rows, column, (row) => [row.columns[column] ?? ""]);
    return groups.length < 2 || groups.length > MOST_VALUES ? [] : groups;
  });
}

/** One slice a value, in order of the values; a row stands in the slice of each of its values. */
export function grouped(
  rows: readonly SlicedRow[],
  name: string,
  valuesOf: (row: SlicedRow) => readonly string[],
): Members[] {
  const groups = new Map<string, number[]>();
  rows.forEach((row, i) => {
    for (const value of new Set(valuesOf(row))) {
      const group = groups.get(value);
      if (group === undefined) groups.set(value, [i]);
      else group.push(i);
    }
  });
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, members]) => ({ name: `${name}=${value}`, rows: members }));
}
