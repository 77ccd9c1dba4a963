import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";
import { readBounded } from "../base/files.ts";
import { openRange, startsWith } from "../base/range.ts";
import { FileParts, isProgram } from "./file-parts.ts";
import { magic } from "./layout.ts";
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
    throw error instanceof Fault ? ofPack(error, path) : error;
  } finally {
    file?.close();
  }
}

/** A fault of the disk names its file; for a task's folder, the pack that lies in it is named too. */
function ofPack(fault: Fault, path: string): Fault {
  if (!fault.code.startsWith("disk/")) return fault.at(path);
  if (fault.code !== "disk/is-a-folder") return fault;
  const [inside] = readdirSync(path).filter((name) => /^[^.].*\.whittle$/.test(name));
  return new Fault(fault.code, {
    what: `${path} is a folder, not a pack`,
    where: path,
    remedy: inside === undefined ? "name a .whittle file that whittle make has left" : `name ${join(path, inside)}`,
    cause: fault,
  });
}

/** Whether a file says that it is a pack, of this version or another. */
export function isPack(path: string): boolean {
  return startsWith(path, magic.slice(0, -1));
}

/** The identity of a pack: the SHA-256 of its header, which holds the SHA-256 of every part. */
export function packHash(path: string): string {
  return readPack(path).hash;
}
