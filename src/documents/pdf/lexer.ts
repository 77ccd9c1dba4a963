import { Fault } from "../../base/fault.ts";
import { type Dict, Name, PdfString, Ref, type Value } from "./value.ts";

/** An operator of a content stream, or a keyword of the file ("obj", "stream", "xref"). */
export class Word {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const maxDepth = 100;

// 7.2.2: white space 1, delimiters 2, all else regular.
const kind = new Uint8Array(256);
for (const byte of [0, 9, 10, 12, 13, 32]) kind[byte] = 1;
for (const delimiter of "()<>[]{}/%") kind[delimiter.charCodeAt(0)] = 2;

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};

export const corrupt = (why: string, where?: string): Fault =>
  new Fault("document/pdf-corrupt", {
    what: "the PDF is not well formed",
    why,
    ...(where === undefined ? {} : { where }),
    remedy: "write it anew with the program it came from, or mend it (for example `qpdf IN.pdf OUT.pdf`)",
  });

/** Reads objects and words from bytes, of a file or of a content stream. Comments are skipped, so they never survive. */
export class Lexer {
  readonly bytes: Uint8Array;
  at: number;
  readonly #references: boolean;

  /** With `references`, "12 0 R" is one value; in content streams it cannot occur. */
  constructor(bytes: Uint8Array, at = 0, references = false) {
    this.bytes = bytes;
    this.at = at;
    this.#references = references;
  }

  skipSpace(): void {
    const { bytes } = this;
    for (;;) {
      while (this.at < bytes.length && kind[bytes[this.at]] === 1) this.at++;
      if (bytes[this.at] !== 37) return;
      while (this.at < bytes.length && bytes[this.at] !== 10 && bytes[this.at] !== 13) this.at++;
    }
  }

  /** The next value or word; undefined at the end. */
  next(depth = 0): Value | Word | undefined {
    if (depth > maxDepth) throw corrupt("its objects are nested too deeply");
    this.skipSpace();
    const { bytes } = this;
    const byte = bytes[this.at];
    if (byte === undefined) return undefined;
    if (byte === 47) return this.#name();
    if (byte === 40) return this.#literal();
    if (byte === 60) return bytes[this.at + 1] === 60 ? this.#dict(depth) : this.#hex();
    if (byte === 91) return this.#array(depth);
    if (kind[byte] === 2) {
      const two = byte === 62 && bytes[this.at + 1] === 62;
      this.at += two ? 2 : 1;
      return new Word(two ? ">>" : String.fromCharCode(byte));
    }
    return this.#regular();
  }

  /** A value, where nothing else may stand. */
  value(): Value {
    const value = this.next();
    if (value === undefined || value instanceof Word) throw corrupt("an object is missing where one must stand");
    return value;
  }

  #regular(): Value | Word {
    const start = this.at;
    const { bytes } = this;
    while (this.at < bytes.length && kind[bytes[this.at]] === 0) this.at++;
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(this.at, start + 128)));
    if (/^[+-]*\d*\.?\d*(?:-\d*)?$/.test(text) && /\d/.test(text)) {
      const number = Number.parseFloat(text.replace(/^[+-]*(?=[+-])/, "")) || 0;
      if (!this.#references || !/^\d{1,10}$/.test(text)) return number;
      return this.#reference(number) ?? number;
    }
    if (text === "true") return true;
    if (text === "false") return false;
    if (text === "null") return null;
    return new Word(text);
  }

  /** "GENERATION R" after an integer, or nothing is read. */
  #reference(number: number): Ref | undefined {
    const { bytes } = this;
    let at = this.at;
    while (kind[bytes[at] ?? 0] === 1 && at < bytes.length) at++;
    const start = at;
    while (at < start + 6 && bytes[at] >= 48 && bytes[at] <= 57) at++;
    if (at === start) return undefined;
    const generation = Number(String.fromCharCode(...bytes.subarray(start, at)));
    const gap = at;
    while (kind[bytes[at] ?? 0] === 1 && at < bytes.length) at++;
    if (at === gap || bytes[at] !== 82 || kind[bytes[at + 1] ?? 32] === 0) return undefined;
    this.at = at + 1;
    return new Ref(number, generation);
  }

  #name(): Name {
    const { bytes } = this;
    let text = "";
    this.at++;
    while (this.at < bytes.length && kind[bytes[this.at]] === 0) {
      const high = bytes[this.at] === 35 ? hexDigit(bytes[this.at + 1]) : -1;
      const low = high < 0 ? -1 : hexDigit(bytes[this.at + 2]);
      text += String.fromCharCode(low < 0 ? bytes[this.at] : high * 16 + low);
      this.at += low < 0 ? 1 : 3;
    }
    return new Name(text);
  }

  #literal(): PdfString {
    const { bytes } = this;
    const out: number[] = [];
    let open = 1;
    for (this.at++; ; this.at++) {
      const byte = bytes[this.at];
      if (byte === undefined) throw corrupt("a string does not end");
      if (byte === 40) open++;
      else if (byte === 41 && --open === 0) break;
      if (byte === 92) this.#escape(out);
      else if (byte === 13) {
        if (bytes[this.at + 1] === 10) this.at++;
        out.push(10);
      } else out.push(byte);
    }
    this.at++;
    return new PdfString(Uint8Array.from(out));
  }

  /** Table 3: stands on the backslash, leaves on the last byte of the escape. */
  #escape(out: number[]): void {
    const { bytes } = this;
    const byte = bytes[++this.at];
    if (byte === undefined) throw corrupt("a string does not end");
    if (byte >= 48 && byte <= 55) {
      let code = byte - 48;
      for (let digits = 1; digits < 3; digits++) {
        const next = bytes[this.at + 1];
        if (next === undefined || next < 48 || next > 55) break;
        code = code * 8 + next - 48;
        this.at++;
      }
      out.push(code & 255);
    } else if (byte === 13 || byte === 10) {
      if (byte === 13 && bytes[this.at + 1] === 10) this.at++;
    } else {
      const plain = "nrtbf".indexOf(String.fromCharCode(byte));
      out.push(plain < 0 ? byte : [10, 13, 9, 8, 12][plain]);
    }
  }

  #hex(): PdfString {
    const { bytes } = this;
    const digits: number[] = [];
    for (this.at++; bytes[this.at] !== 62; this.at++) {
      if (this.at >= bytes.length) throw corrupt("a string does not end");
      const digit = hexDigit(bytes[this.at]);
      if (digit >= 0) digits.push(digit);
    }
    this.at++;
    if (digits.length % 2 === 1) digits.push(0);
    return new PdfString(
      Uint8Array.from({ length: digits.length / 2 }, (_, i) => digits[2 * i] * 16 + digits[2 * i + 1]),
    );
  }

  #array(depth: number): Value[] {
    const array: Value[] = [];
    this.at++;
    for (;;) {
      const value = this.next(depth + 1);
      if (value === undefined) throw corrupt("an array does not end");
      if (value instanceof Word) {
        if (value.text === "]") return array;
        throw corrupt("a word stands inside an array");
      }
      array.push(value);
    }
  }

  #dict(depth: number): Dict {
    const dict: Dict = new Map();
    this.at += 2;
    for (;;) {
      const key = this.next(depth + 1);
      if (key instanceof Word && key.text === ">>") return dict;
      if (!(key instanceof Name)) throw corrupt("a dictionary is broken");
      const value = this.next(depth + 1);
      if (value === undefined || value instanceof Word) throw corrupt("a dictionary is broken");
      dict.set(key.value, value);
    }
  }
}
