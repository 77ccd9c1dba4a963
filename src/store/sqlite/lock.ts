import { Fault } from "../../base/fault.ts";
import { openDatabase } from "./database.ts";

/**
 * The right to write to a store, held by one opening at a time and gone with its process: a RESERVED lock of the operating
 * system on a file of its own, by way of an open transaction in it. (A file with a process id in it would outlive a kill -9,
 * and process ids come round again.) Readers never touch it.
 */
export interface Lock {
  release(): void;
}

export function acquireLock(path: string, heldBy: () => string | undefined): Lock {
  const file = openDatabase(path, 0);
  try {
    file.script("BEGIN IMMEDIATE");
  } catch (error) {
    file.close();
    if (error instanceof Fault && error.code === "store/busy") {
      throw new Fault("store/busy", {
        what: "another run is at work in this folder",
        where: path,
        why: heldBy(),
        remedy: "wait until it has ended, or stop it: what it finished is kept, and this run goes on from there",
      });
    }
    throw error;
  }
  return {
    release() {
      file.script("ROLLBACK");
      file.close();
    },
  };
}
