import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diskFault, makeFolder, readBounded, sweep, writeWhole } from "../../base/files.ts";
import { Fault } from "../../base/fault.ts";
import { sha256 } from "../../base/hash.ts";
import { checkedBlobName, damagedBlob, missingBlob } from "../faults.ts";
import type { Blobs } from "../port.ts";

/** The largest blob that is read into memory at once. */
const maxBlobBytes = 2 ** 31;

/** Blobs as files `ab/abcdef…`, each written whole and checked against its name whenever it is read. */
export function fileBlobs(folder: string, mayWrite: () => void, mayRead: () => void): Blobs {
  const pathOf = (name: string): string => join(folder, checkedBlobName(name).slice(0, 2), name);

  return {
    put(bytes) {
      mayWrite();
      const name = sha256(bytes);
      const path = pathOf(name);
      if (existsSync(path) && sha256(readBounded(path, maxBlobBytes)) === name) return name;
      makeFolder(join(folder, name.slice(0, 2)));
      writeWhole(path, bytes);
      return name;
    },
    get(name) {
      mayRead();
      const path = pathOf(name);
      let bytes: Uint8Array;
      try {
        bytes = readBounded(path, maxBlobBytes);
      } catch (error) {
        if (error instanceof Fault && error.code === "disk/missing") throw missingBlob(name, path);
        throw error;
      }
      const actual = sha256(bytes);
      if (actual !== name) throw damagedBlob(name, actual, path);
      return bytes;
    },
    has(name) {
      mayRead();
      return existsSync(pathOf(name));
    },
    delete(name) {
      mayWrite();
      const path = pathOf(name);
      try {
        rmSync(path, { force: true });
      } catch (cause) {
        throw diskFault(cause, "delete", path);
      }
    },
  };
}

/** Removes what a killed run left half-written under the blobs' folder. */
export function sweepBlobs(folder: string): void {
  for (const prefix of readdirSync(folder)) sweep(join(folder, prefix));
}
