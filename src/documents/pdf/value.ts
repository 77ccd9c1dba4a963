/**
 * The objects of a PDF (ISO 32000-1, 7.3). Names and strings are bytes; both are kept apart from text, because nothing in
 * the file says what text they mean.
 */

export class Name {
  /** Bytes as Latin-1, with #xx undone. */
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

export class PdfString {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export class Ref {
  readonly number: number;
  readonly generation: number;

  constructor(number: number, generation = 0) {
    this.number = number;
    this.generation = generation;
  }
}

export type Dict = Map<string, Value>;

export class Stream {
  readonly dict: Dict;
  /** As it stands in the file, filters not undone. */
  readonly raw: Uint8Array;

  constructor(dict: Dict, raw: Uint8Array) {
    this.dict = dict;
    this.raw = raw;
  }
}

export type Value = null | boolean | number | Name | PdfString | Ref | Stream | Dict | readonly Value[];

export const isDict = (value: Value | undefined): value is Dict => value instanceof Map;
export const isArray = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
export const nameOf = (value: Value | undefined): string | undefined =>
  value instanceof Name ? value.value : undefined;

/** Follows references until something stands there; a reference to nothing is null (7.3.10). */
export type Resolve = (value: Value | undefined) => Value;

export function numbersOf(value: Value | undefined, resolve: Resolve, count: number): number[] | undefined {
  const array = resolve(value);
  if (!isArray(array) || array.length < count) return undefined;
  const numbers = array.slice(0, count).map((each) => resolve(each));
  return numbers.every((each) => typeof each === "number" && Number.isFinite(each)) ? (numbers as number[]) : undefined;
}

export function dictOf(value: Value | undefined, resolve: Resolve): Dict {
  const found = resolve(value);
  return isDict(found) ? found : found instanceof Stream ? found.dict : new Map<string, Value>();
}
