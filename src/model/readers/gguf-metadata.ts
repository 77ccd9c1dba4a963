import type { Cursor } from "./cursor.ts";

/**
 * Metadata by key. Texts and long lists are kept as their length: a vocabulary is counted, not read. Numbers past 2⁵³ are
 * rounded.
 */
export type Metadata = ReadonlyMap<string, MetadataValue>;
export type MetadataValue = number | boolean | string | readonly (number | boolean)[] | Counted;

/** A list of which only the length was kept. */
export interface Counted {
  readonly count: number;
}

type Refuse = (why: string) => never;
type Reader = (cursor: Cursor) => number | boolean;

const STRING = 8;
const ARRAY = 9;
const MAX_TEXT = 4096;
/** Lists with an element a layer are shorter; vocabularies are longer. */
const MAX_LIST = 1024;
const MAX_DEPTH = 4;

/** The scalar types by number: how wide, and how read. */
const scalars: Readonly<Record<number, readonly [width: number, read: Reader]>> = {
  0: [1, (c) => c.u8()],
  1: [1, (c) => c.i8()],
  2: [2, (c) => c.u16()],
  3: [2, (c) => c.i16()],
  4: [4, (c) => c.u32()],
  5: [4, (c) => c.i32()],
  6: [4, (c) => c.f32()],
  7: [1, (c) => c.u8() !== 0],
  10: [8, (c) => c.u64()],
  11: [8, (c) => c.i64()],
  12: [8, (c) => c.f64()],
};

export function readEntry(cursor: Cursor, refuse: Refuse): [string, MetadataValue] {
  const key = readString(cursor, 65_535, refuse);
  return [key, readValue(cursor, cursor.u32(), `"${key}"`, refuse, 0)];
}

export function readString(cursor: Cursor, longest: number, refuse: Refuse): string {
  const length = cursor.u64();
  if (length > longest || length > cursor.left) refuse(`a name claims ${length} bytes`);
  return new TextDecoder().decode(cursor.bytes(length));
}

function readValue(cursor: Cursor, type: number, what: string, refuse: Refuse, depth: number): MetadataValue {
  const scalar = scalars[type] as (typeof scalars)[number] | undefined;
  if (scalar !== undefined) return scalar[1](cursor);
  if (type === STRING) return readText(cursor, what, refuse);
  if (type !== ARRAY || depth >= MAX_DEPTH) return refuse(`${what} is of type ${type}, which is not known here`);
  const each = cursor.u32();
  const count = cursor.u64();
  const element = scalars[each] as (typeof scalars)[number] | undefined;
  const least = element?.[0] ?? 8;
  if (count * least > cursor.left) refuse(`${what} claims ${count} elements`);
  if (element === undefined) {
    for (let i = 0; i < count; i++) {
      if (each === STRING) skipText(cursor, what, refuse);
      else readValue(cursor, each, what, refuse, depth + 1);
    }
    return { count };
  }
  if (count <= MAX_LIST) return Array.from({ length: count }, () => element[1](cursor));
  cursor.skip(count * least);
  return { count };
}

function readText(cursor: Cursor, what: string, refuse: Refuse): MetadataValue {
  const length = cursor.u64();
  if (length > cursor.left) refuse(`${what} claims ${length} bytes of text`);
  if (length <= MAX_TEXT) return new TextDecoder().decode(cursor.bytes(length));
  cursor.skip(length);
  return { count: length };
}

function skipText(cursor: Cursor, what: string, refuse: Refuse): void {
  const length = cursor.u64();
  if (length > cursor.left) refuse(`a text of ${what} claims ${length} bytes`);
  cursor.skip(length);
}
