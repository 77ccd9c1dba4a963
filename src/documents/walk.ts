import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { diskFault } from "../base/files.ts";

/** A thing in a folder of documents. */
export interface Found {
  /** The folders on the way from the folder walked, and its own name. */
  readonly path: readonly string[];
  /** A link, a pipe or a device is none. */
  readonly isFile: boolean;
  readonly bytes: number;
  /** Milliseconds, whole. */
  readonly modified: number;
}

/** Everything under a folder that is no folder itself, in order of the names. Links are not followed. */
export function walk(folder: string): Found[] {
  const found: Found[] = [];
  const inside = (path: readonly string[]): void => {
    const here = join(folder, ...path);
    try {
      const entries = readdirSync(here, { withFileTypes: true });
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const own = [...path, entry.name];
        if (entry.isDirectory()) inside(own);
        else if (!entry.isFile()) found.push({ path: own, isFile: false, bytes: 0, modified: 0 });
        else {
          const { size, mtimeMs } = statSync(join(here, entry.name));
          found.push({ path: own, isFile: true, bytes: size, modified: Math.floor(mtimeMs) });
        }
      }
    } catch (cause) {
      throw diskFault(cause, "read", here);
    }
  };
  inside([]);
  return found;
}
