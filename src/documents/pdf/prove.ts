import { inflateSync } from "node:zlib";
import { covers, type Mark } from "./marks.ts";
import type { Character, PageText } from "./pdfium.ts";
import { nearness, Places } from "./places.ts";
import { isArray, Name, nameOf, PdfString, Stream, type Value } from "./value.ts";
import type { Draft } from "./write.ts";

/** PDFium counts widths in whole thousandths, gaps exactly: what follows a gap moves by less than this, in font sizes. */
const drift = 0.08;

const isSpace = ({ code }: Character): boolean => code <= 32 || code === 160;

/**
 * True when a page of the output, read anew, holds exactly what was kept, each character where it was, and in the marks
 * exactly what was written there. Nothing that was removed can then be left: it would be one character too many.
 */
export function holdsOnly(text: PageText, kept: readonly Character[], marks: readonly Mark[]): boolean {
  const before = new Places(kept);
  const met = new Set<number>();
  const rest: Character[] = [];
  for (const each of text.characters) {
    if (isSpace(each)) continue;
    const same = before.near(each, Math.max(2 * nearness, drift * each.size)).filter((i) => kept[i].code === each.code);
    if (same.length === 0) rest.push(each);
    for (const i of same) met.add(i);
  }
  if (!kept.every((each, i) => met.has(i) || isSpace(each))) return false;
  return (
    marks.every((mark) => {
      const inside = rest.filter(({ x, y }) => covers(mark, x, y, nearness));
      for (const each of inside) rest.splice(rest.indexOf(each), 1);
      const u = ({ x, y }: Character): number => x * mark.frame[0] + y * mark.frame[1];
      const written = inside.sort((a, b) => u(a) - u(b)).map(({ code }) => String.fromCodePoint(code));
      return isPartOf(written, mark.text);
    }) && rest.length === 0
  );
}

/** PDFium may leave a repeated character out where the letters are squeezed; it never adds one. */
function isPartOf(written: readonly string[], text: string): boolean {
  let at = 0;
  for (const character of written) {
    at = text.indexOf(character, at);
    if (at < 0) return false;
    at += character.length;
  }
  return true;
}

/** Shorter texts occur by chance in packed bytes; where they stand as text, `holdsOnly` counts them out. */
const shortest = 5;

/** The bytes of removed texts in each way that a PDF may write them outside of what a page shows. */
export function needles(texts: Iterable<string>): Buffer[] {
  const all = new Set<string>();
  for (const text of texts)
    for (const form of [text.trim(), text.replace(/\s+/g, ""), text.trim().replace(/\s+/g, " ")])
      if (form.length >= shortest) all.add(form);
  return [...all].flatMap((text) => {
    const wide = Buffer.from(text, "utf16le");
    const big = Buffer.from(wide).swap16();
    const narrow = [Buffer.from(text, "utf8")];
    if (/[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text)) narrow.push(Buffer.from(text, "latin1"));
    const digits = [...narrow, big].map((each) => each.toString("hex"));
    return [...narrow, wide, big, ...digits.flatMap((hex) => [Buffer.from(hex), Buffer.from(hex.toUpperCase())])];
  });
}

/** Searches what pages draw with (fonts, character maps, pictures, their dictionaries) for removed texts, each object once. */
export class Search {
  readonly #draft: Draft;
  readonly #needles: readonly Buffer[];
  readonly #clean = new Map<Value, boolean>();

  constructor(draft: Draft, wanted: readonly Buffer[]) {
    this.#draft = draft;
    this.#needles = wanted;
  }

  /** True when anything that `from` reaches holds one of the texts. */
  finds(from: Value): boolean {
    if (this.#needles.length === 0) return false;
    for (const object of this.#draft.reached(from)) {
      let clean = this.#clean.get(object);
      if (clean === undefined) this.#clean.set(object, (clean = !this.#in(object)));
      if (!clean) return true;
    }
    return false;
  }

  #in(object: Value): boolean {
    if (object instanceof Stream) return this.#holds(unpacked(object));
    if (object instanceof Map)
      return [...object].some(([key, value]) => this.#says(new Name(key)) || this.#says(value));
    return isArray(object) && object.some((each) => this.#says(each));
  }

  #says(value: Value): boolean {
    if (value instanceof Name) return this.#holds(Buffer.from(value.value, "latin1"));
    return value instanceof PdfString && this.#holds(value.bytes);
  }

  #holds(bytes: Uint8Array): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return this.#needles.some((needle) => buffer.includes(needle));
  }
}

/** Streams were unpacked within bounds when they were copied; what is packed otherwise is searched as it stands. */
function unpacked(stream: Stream): Uint8Array {
  const filter = stream.dict.get("Filter");
  const name = isArray(filter) && filter.length === 1 ? nameOf(filter[0]) : nameOf(filter);
  return name === "FlateDecode" ? inflateSync(stream.raw) : stream.raw;
}
