import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskFault } from "../../base/files.ts";

/** A file that grows piece by piece and appears whole or not at all. */
export interface OutFile {
  write(text: string): Promise<void>;
  /** Puts the whole file at its path. */
  finish(): Promise<void>;
  /** Leaves the path as it was. */
  abandon(): Promise<void>;
}

export async function outFile(path: string): Promise<OutFile> {
  const temporary = join(dirname(path), `.whittle-${process.pid}-0-out.tmp`);
  const file = await open(temporary, "w").catch((cause: unknown) => {
    throw diskFault(cause, "write", path);
  });
  return {
    async write(text) {
      await file.writeFile(text).catch((cause: unknown) => {
        throw diskFault(cause, "write", path);
      });
    },
    async finish() {
      try {
        await file.sync();
        await file.close();
        await rename(temporary, path);
      } catch (cause) {
        throw diskFault(cause, "write", path);
      }
    },
    async abandon() {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}
