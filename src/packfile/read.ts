import { Fault } from "../base/fault.ts";
import { readBounded } from "../base/files.ts";
import { verifyPack, type Pack } from "./verify.ts";

/** The largest pack that is read into memory; what is larger would have to be mapped. */
export const maxPackBytes = 2 ** 31;

/** Reads and checks a pack. Never allocates more than the file's own size. */
export function readPack(path: string, maxBytes = maxPackBytes): Pack {
  const bytes = readBounded(path, maxBytes);
  try {
    return verifyPack(bytes);
  } catch (error) {
    throw error instanceof Fault ? error.at(path) : error;
  }
}

/** The identity of a pack: the SHA-256 of its header, which holds the SHA-256 of every part. */
export function packHash(path: string): string {
  return readPack(path).hash;
}
