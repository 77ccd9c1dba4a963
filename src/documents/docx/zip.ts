import { crc32 } from "node:zlib";
import { zipSync, type Zippable } from "fflate";
import { fromBufferPromise, type Entry, type ZipFile } from "yauzl";
import { Fault } from "../../base/fault.ts";
import type { Limits } from "../document.ts";

/** The parts of an archive by name, in the order of its directory. */
export type Parts = Map<string, Uint8Array>;

/**
 * Unpacks an archive within bounds. What its directory declares is held against them before anything is unpacked, and
 * what comes out against what was declared: the reader stops at the declared size, and the checksum has to be right.
 */
export async function unpack(bytes: Uint8Array, limits: Limits): Promise<Parts> {
  refuseOtherFiles(bytes);
  const parts: Parts = new Map();
  try {
    const archive = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    if (archive.entryCount > limits.entries) throw bomb(`${archive.entryCount} parts; ${limits.entries} are allowed`);
    let total = 0;
    let number = 0;
    for await (const entry of archive.eachEntry()) {
      const where = `part ${++number} of the archive`;
      total += entry.uncompressedSize;
      refuseBomb(entry, total, limits, where);
      if (entry.fileName.endsWith("/")) continue;
      if (parts.has(entry.fileName)) throw corrupt("two parts have one name", where);
      parts.set(entry.fileName, await read(archive, entry, where));
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    // The reader's own message may quote a part's name.
    throw corrupt("it is no archive, or one that breaks off or contradicts itself");
  }
  return parts;
}

/** Packs parts in the order given, each dated the first day a ZIP can say: same parts, same bytes, on every machine. */
export function pack(parts: Parts): Uint8Array {
  const files: Zippable = {};
  for (const [name, bytes] of parts) files[name] = bytes;
  return zipSync(files, { mtime: new Date(1980, 0, 1), level: 6 });
}

async function read(archive: ZipFile, entry: Entry, where: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  for await (const chunk of await archive.openReadStreamPromise(entry)) {
    bytes.set(chunk as Uint8Array, at);
    at += (chunk as Uint8Array).length;
  }
  if (at !== bytes.length || crc32(bytes) !== entry.crc32) throw corrupt("a part is not what its checksum says", where);
  return bytes;
}

function refuseBomb(entry: Entry, total: number, limits: Limits, where: string): void {
  if (entry.isEncrypted()) throw encrypted();
  const { compressedSize, uncompressedSize } = entry;
  if (total > limits.unpackedBytes)
    throw bomb(`more than ${limits.unpackedBytes} bytes, unpacked, are not allowed`, where);
  if (uncompressedSize > 1 << 20 && uncompressedSize > limits.unpackedRatio * compressedSize)
    throw bomb(`it unpacks to more than ${limits.unpackedRatio} times its size`, where);
}

function refuseOtherFiles(bytes: Uint8Array): void {
  const begins = (...signature: number[]): boolean => signature.every((byte, i) => bytes[i] === byte);
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) throw encrypted();
  if (!begins(0x50, 0x4b, 0x03, 0x04)) throw corrupt("it does not begin as an archive does");
}

function encrypted(): Fault {
  return new Fault("document/encrypted", {
    what: "the Word document is protected by a password, or of the format before 2007",
    why: "its text cannot be read",
    remedy: "save it as DOCX without a password",
  });
}

function bomb(why: string, where?: string): Fault {
  return new Fault("document/bomb", {
    what: "the Word document unpacks to more than a document holds",
    where,
    why,
    remedy: "save it again from the program that made it; if it was sent to you, do not open it",
  });
}

export function corrupt(why: string, where?: string): Fault {
  return new Fault("document/corrupt", {
    what: "the document cannot be read as a Word document",
    where,
    why,
    remedy: "open it in a word processor and save it again",
  });
}
