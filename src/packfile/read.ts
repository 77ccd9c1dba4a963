import { Fault } from "../base/fault.ts";
import { readBounded } from "../base/files.ts";
import { openRange } from "../base/range.ts";
import { FileParts, isProgram } from "./file-parts.ts";
import { verifyPack, verifySource, type Pack } from "./verify.ts";

/** The largest pack that is read. */
export const maxPackBytes = 2 ** 31;

/** Reads and checks a pack; its programs stay in the file. Never allocates more than the file's own size. */
export function readPack(path: string, maxBytes = maxPackBytes): Pack {
  const file = openRange(path);
  try {
    if (file === undefined || file.size > maxBytes) return verifyPack(readBounded(path, maxBytes));
    const pack = verifySource(file, (name) => !isProgram(name));
    return { ...pack, parts: new FileParts(path, file.stamp, pack.parts, pack.entries) };
  } catch (error) {
    throw error instanceof Fault ? error.at(path) : error;
  } finally {
    file?.close();
  }
}

/** The identity of a pack: the SHA-256 of its header, which holds the SHA-256 of every part. */
export function packHash(path: string): string {
  return readPack(path).hash;
}
