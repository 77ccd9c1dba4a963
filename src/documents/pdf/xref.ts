import { type Budget, decode } from "./filters.ts";
import { corrupt, Lexer, Word } from "./lexer.ts";
import { type Dict, isArray, isDict, nameOf, numbersOf, type Resolve, Stream, type Value } from "./value.ts";

/** Where an object stands: at an offset of the file, or as the nth of an object stream. */
export type Entry =
  | { readonly at: "offset"; readonly offset: number; readonly generation: number }
  | { readonly at: "stream"; readonly stream: number; readonly index: number }
  | { readonly at: "free" };

export interface Table {
  readonly entries: ReadonlyMap<number, Entry>;
  /** Of the newest section; keys that only older ones have are added. */
  readonly trailer: Dict;
}

const maxSections = 1024;
const maxNumber = 8_388_607; // Annex C.2

/**
 * Reads the cross-reference sections from the newest to the oldest. The first entry of a number wins, so that what an
 * update replaced cannot be reached, and so is never copied.
 */
export function readTable(bytes: Uint8Array, shift: number, budget: Budget): Table {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const marker = tail.lastIndexOf("startxref");
  if (marker < 0) throw corrupt("it has no table of objects: it is cut short, or it is not a PDF");
  const first = new Lexer(bytes, marker + 9).value();
  if (typeof first !== "number") throw corrupt("the place of its table of objects is not a number");
  const entries = new Map<number, Entry>();
  const trailer: Dict = new Map();
  const seen = new Set<number>();
  const waiting = [first];
  while (waiting.length > 0) {
    const offset = waiting.shift()! + shift;
    if (!Number.isInteger(offset) || offset < 0 || offset >= bytes.length)
      throw corrupt("its table of objects lies outside");
    if (seen.has(offset)) continue;
    seen.add(offset);
    if (seen.size > maxSections) throw corrupt("it has more updates than can be followed");
    const section = readSection(bytes, offset, shift, entries, budget);
    for (const [key, value] of section) if (!trailer.has(key)) trailer.set(key, value);
    for (const key of ["XRefStm", "Prev"]) {
      const next = section.get(key);
      if (typeof next === "number") waiting.push(next);
    }
  }
  return { entries, trailer };
}

function readSection(
  bytes: Uint8Array,
  offset: number,
  shift: number,
  entries: Map<number, Entry>,
  budget: Budget,
): Dict {
  const lexer = new Lexer(bytes, offset, true);
  const word = lexer.next();
  return word instanceof Word && word.text === "xref"
    ? readClassic(lexer, shift, entries)
    : readStream(bytes, offset, shift, entries, budget);
}

function put(entries: Map<number, Entry>, number: number, entry: Entry): void {
  if (number > maxNumber) throw corrupt("an object has a number that cannot be");
  if (!entries.has(number)) entries.set(number, entry);
}

function readClassic(lexer: Lexer, shift: number, entries: Map<number, Entry>): Dict {
  for (;;) {
    const start = lexer.next();
    if (start instanceof Word && start.text === "trailer") break;
    const count = lexer.next();
    if (typeof start !== "number" || typeof count !== "number") throw corrupt("its table of objects is broken");
    for (let i = 0; i < count; i++) {
      const offset = lexer.next();
      const generation = lexer.next();
      const state = lexer.next();
      if (typeof offset !== "number" || typeof generation !== "number" || !(state instanceof Word))
        throw corrupt("its table of objects is broken");
      put(
        entries,
        start + i,
        state.text === "n" ? { at: "offset", offset: offset + shift, generation } : { at: "free" },
      );
    }
  }
  const trailer = lexer.next();
  if (!isDict(trailer as Value)) throw corrupt("it has no trailer");
  return trailer as Dict;
}

function readStream(
  bytes: Uint8Array,
  offset: number,
  shift: number,
  entries: Map<number, Entry>,
  budget: Budget,
): Dict {
  const plain: Resolve = (value) => value ?? null;
  const { value: stream } = readObject(bytes, offset, plain);
  if (!(stream instanceof Stream) || nameOf(stream.dict.get("Type")) !== "XRef")
    throw corrupt("its table of objects is broken");
  const { bytes: table } = decode(stream, plain, budget);
  const widths = numbersOf(stream.dict.get("W"), plain, 3);
  const size = stream.dict.get("Size");
  if (widths?.some((each) => each < 0 || each > 7) !== false || typeof size !== "number")
    throw corrupt("its table of objects is broken");
  const index = stream.dict.get("Index");
  const ranges = isArray(index) ? index.map((each) => (typeof each === "number" ? each : 0)) : [0, size];
  const [a, b, c] = widths as [number, number, number];
  let at = 0;
  const field = (width: number, otherwise: number): number => {
    if (width === 0) return otherwise;
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + table[at++];
    return value;
  };
  for (let r = 0; r + 1 < ranges.length; r += 2)
    for (let i = 0; i < ranges[r + 1] && at + a + b + c <= table.length && a + b + c > 0; i++) {
      const [type, second, third] = [field(a, 1), field(b, 0), field(c, 0)];
      if (type === 1) put(entries, ranges[r] + i, { at: "offset", offset: second + shift, generation: third });
      else if (type === 2) put(entries, ranges[r] + i, { at: "stream", stream: second, index: third });
      else put(entries, ranges[r] + i, { at: "free" });
    }
  return stream.dict;
}

/** "12 0 obj … endobj" at an offset. A stream's bytes are a view, not a copy. */
export function readObject(bytes: Uint8Array, offset: number, resolve: Resolve): { number: number; value: Value } {
  const lexer = new Lexer(bytes, offset, true);
  const number = lexer.next();
  const generation = lexer.next();
  const word = lexer.next();
  if (typeof number !== "number" || typeof generation !== "number" || !(word instanceof Word) || word.text !== "obj")
    throw corrupt("no object stands where its table of objects says");
  const value = lexer.value();
  if (!isDict(value)) return { number, value };
  const after = lexer.next();
  if (!(after instanceof Word) || after.text !== "stream") return { number, value };
  let start = lexer.at;
  if (bytes[start] === 13) start++;
  if (bytes[start] === 10) start++;
  const said = resolve(value.get("Length"));
  const end =
    typeof said === "number" && said >= 0 && endsStream(bytes, start + said) ? start + said : findEnd(bytes, start);
  return { number, value: new Stream(value, bytes.subarray(start, end)) };
}

function endsStream(bytes: Uint8Array, at: number): boolean {
  if (at > bytes.length) return false;
  const lexer = new Lexer(bytes, at);
  lexer.skipSpace();
  return Buffer.from(bytes.subarray(lexer.at, lexer.at + 9)).toString("latin1") === "endstream";
}

/** For a stream whose length is wrong: up to the next "endstream", less one line's end before it. */
function findEnd(bytes: Uint8Array, start: number): number {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("endstream", start);
  if (end < 0) throw corrupt("a stream does not end: the file is cut short");
  if (bytes[end - 1] === 10) return Math.max(start, bytes[end - 2] === 13 ? end - 2 : end - 1);
  return bytes[end - 1] === 13 ? Math.max(start, end - 1) : end;
}
