import { isUtf8 } from "node:buffer";
import { Fault } from "../../base/fault.ts";
import { findInvalid } from "../../text/utf8.ts";

/**
 * Bytes of a text file as a string, strictly: UTF-8, or UTF-16 where a byte order mark says so. A byte that does not fit
 * is a fault that names it, never a replacement character. The byte order mark is not part of the text.
 */
export function decode(bytes: Uint8Array, file: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, "utf-16le", file);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, "utf-16be", file);
  refuseKnownBinary(bytes, file);
  if (isUtf8(bytes)) return new TextDecoder("utf-8").decode(bytes);
  const { line, offset } = findInvalid(bytes);
  const byte = bytes[offset];
  throw new Fault("data/encoding", {
    what: `${file} is not UTF-8 text`,
    where: `${file}:${line}, byte ${offset} (0x${byte.toString(16).padStart(2, "0").toUpperCase()})`,
    why: `this byte cannot stand here in UTF-8${asWindows1252(byte)}`,
    remedy: `save the file as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 ${file} > utf8-${baseName(file)}`,
  });
}

function decodeUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be", file: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault("data/encoding", {
      what: `${file} begins like UTF-16 and is not`,
      where: `${file}, byte 0 (a byte order mark of ${encoding.toUpperCase()})`,
      why: "it ends in half a character, or holds half of a surrogate pair",
      remedy: "save the file as UTF-8",
      cause,
    });
  }
}

const signatures: readonly (readonly [readonly number[], string, string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    "a ZIP archive or an Excel workbook",
    "export the sheet as CSV UTF-8, or unpack the archive",
  ],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel or Word file", "export the sheet as CSV UTF-8"],
  [[0x1f, 0x8b], "compressed with gzip", "unpack it first: gunzip"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF", "bring the examples as CSV, JSONL or Parquet"],
];

function refuseKnownBinary(bytes: Uint8Array, file: string): void {
  for (const [signature, name, remedy] of signatures) {
    if (!signature.every((byte, i) => bytes[i] === byte)) continue;
    throw new Fault("data/format", { what: `${file} is ${name}, not text`, where: `${file}, byte 0`, remedy });
  }
  const zero = bytes.subarray(0, 4096).indexOf(0);
  if (zero === -1) return;
  throw new Fault("data/encoding", {
    what: `${file} is not text`,
    where: `${file}, byte ${zero} (0x00)`,
    why: "it holds zero bytes: UTF-16 without a byte order mark, or a binary file",
    remedy: `save the file as UTF-8, for example: iconv -f UTF-16LE -t UTF-8 ${file} > utf8-${baseName(file)}`,
  });
}

function asWindows1252(byte: number): string {
  const character = new TextDecoder("windows-1252").decode(Uint8Array.of(byte));
  return byte >= 0xa0 ? `; in Windows-1252 it is "${character}"` : "";
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
