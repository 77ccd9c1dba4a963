import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { diskFault } from "../base/files.ts";
import { Fault } from "../base/fault.ts";
import { findInvalid } from "../text/utf8.ts";
import type { Input, Limits } from "./document.ts";

/** The bytes of a document as they come; a signal that is raised ends them with a fault. */
export async function* bytesOf(input: Input, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  if (typeof input !== "string") {
    for await (const bytes of input) yield goOn(bytes, signal);
    return;
  }
  try {
    for await (const bytes of createReadStream(input, { highWaterMark: 1 << 18 }))
      yield goOn(bytes as Uint8Array, signal);
  } catch (cause) {
    throw diskFault(cause, "read", input);
  }
}

function goOn(bytes: Uint8Array, signal?: AbortSignal): Uint8Array {
  refuseStopped(signal);
  return bytes;
}

export function refuseStopped(signal?: AbortSignal): void {
  if (signal?.aborted !== true) return;
  throw new Fault("document/stopped", { what: "the redaction was stopped before the document was done" });
}

export function tooComplex(why: string, where?: string): Fault {
  return new Fault("document/too-complex", {
    what: "the document is built of more than can be held",
    where,
    why,
    remedy: "save it again from the program that made it, in parts, or as plain text",
  });
}

/** All bytes of a document that has to be held whole. */
export async function wholeOf(input: Input, limits: Limits, signal?: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of bytesOf(input, signal)) {
    total += piece.length;
    if (total > limits.wholeBytes) {
      throw new Fault("document/too-large", {
        what: "the document is larger than can be held whole",
        why: `at most ${limits.wholeBytes} bytes are read; plain text, CSV and JSONL alone are read piece by piece`,
        remedy: "split it, or save it as plain text",
      });
    }
    pieces.push(piece);
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export type Encoding = "utf-8" | "utf-8 with a mark" | "utf-16le" | "utf-16be";

/**
 * Bytes into text, strictly, a piece at a time: UTF-8, or UTF-16 where a byte order mark says so. A byte that does not
 * fit is a fault that names its place and not its neighbours. The byte order mark is not part of the text.
 */
export class StrictDecoder {
  encoding: Encoding | undefined;
  #tail: Uint8Array = new Uint8Array(0);
  #bytesBefore = 0;
  #linesBefore = 1;

  /** The text of the bytes so far that no later byte can change. */
  decode(more: Uint8Array, last: boolean): string {
    let bytes: Uint8Array = Buffer.concat([this.#tail, more]);
    if (this.encoding === undefined) {
      if (bytes.length < 4 && !last) {
        this.#tail = bytes;
        return "";
      }
      const [encoding, mark] = encodingOf(bytes);
      this.encoding = encoding;
      bytes = bytes.subarray(mark);
      this.#bytesBefore = mark;
    }
    return this.encoding.startsWith("utf-16") ? this.#utf16(bytes, last) : this.#utf8(bytes, last);
  }

  #utf8(bytes: Uint8Array, last: boolean): string {
    const end = last ? bytes.length : wholeCharacters(bytes);
    const sure = bytes.subarray(0, end);
    const zero = sure.indexOf(0);
    if (zero !== -1) throw notText(this.#bytesBefore + zero, "a zero byte: a binary file, or UTF-16 without its mark");
    if (!isUtf8(sure)) {
      const { line, offset } = findInvalid(sure);
      throw notText(
        this.#bytesBefore + offset,
        "a byte that cannot stand there in UTF-8",
        this.#linesBefore + line - 1,
      );
    }
    this.#pass(sure, bytes.subarray(end));
    // isUtf8 and the decoder agree; ignoreBOM keeps a mark inside the text what it is, a character.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(sure);
  }

  #utf16(bytes: Uint8Array, last: boolean): string {
    const high = (at: number): boolean => (bytes[this.encoding === "utf-16le" ? at + 1 : at] & 0xfc) === 0xd8;
    let end = bytes.length & ~1;
    if (!last && end >= 2 && high(end - 2)) end -= 2;
    if (last && end !== bytes.length) throw notText(this.#bytesBefore + end, "half a character at the end");
    const sure = bytes.subarray(0, end);
    let text: string;
    try {
      text = new TextDecoder(this.encoding, { fatal: true, ignoreBOM: true }).decode(sure);
    } catch {
      throw notText(this.#bytesBefore, "half of a surrogate pair in UTF-16, in the stretch that begins there");
    }
    if (text.includes("\0")) throw notText(this.#bytesBefore, "a zero character, in the stretch that begins there");
    this.#pass(sure, bytes.subarray(end));
    return text;
  }

  #pass(sure: Uint8Array, tail: Uint8Array): void {
    this.#bytesBefore += sure.length;
    for (let at = sure.indexOf(10); at !== -1; at = sure.indexOf(10, at + 1)) this.#linesBefore++;
    this.#tail = tail;
  }
}

/** The text of a whole document's bytes, and how it was kept. */
export function textOf(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const decoder = new StrictDecoder();
  const text = decoder.decode(bytes, true);
  return { text, encoding: decoder.encoding ?? "utf-8" };
}

/** The text of a document as it comes, with how it is kept. Empty stretches are left out. */
export async function* textsOf(input: Input, decoder: StrictDecoder, signal?: AbortSignal): AsyncIterable<string> {
  for await (const bytes of bytesOf(input, signal)) {
    const text = decoder.decode(bytes, false);
    if (text !== "") yield text;
  }
  const rest = decoder.decode(new Uint8Array(0), true);
  if (rest !== "") yield rest;
}

function encodingOf(bytes: Uint8Array): readonly [Encoding, mark: number] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ["utf-16le", 2];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ["utf-16be", 2];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return ["utf-8 with a mark", 3];
  return ["utf-8", 0];
}

/** Where the character begins that may go on after the last byte: at most three bytes back. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function notText(offset: number, why: string, line?: number): Fault {
  return new Fault("document/encoding", {
    what: "the document is not text in UTF-8 or marked UTF-16",
    where: line === undefined ? `byte ${offset}` : `line ${line}, byte ${offset}`,
    why,
    remedy: "save it as UTF-8",
  });
}
