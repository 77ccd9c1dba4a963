import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../base/fault.ts";
import { makeFolder, readBounded, readText, writeWhole } from "../../base/files.ts";
import { maxPackBytes } from "../../packfile/read.ts";
import { type Accepted, ACCEPTED_FILE, acceptedSchema, printAccepted } from "../../record/accepted.ts";

const MOST_BYTES = 512 * 2 ** 20;

/** The accepted candidate of a task's folder, or of the file named instead. */
export function readAccepted(folder: string, path = join(folder, ACCEPTED_FILE)): Accepted {
  if (!existsSync(path)) {
    throw new Fault("check/nothing-accepted", {
      what: "no candidate has been accepted yet",
      where: path,
      remedy: `accept one first: whittle accept ${folder} --by NAME --why REASON`,
    });
  }
  let value: unknown;
  let why = "it is not JSON";
  try {
    value = JSON.parse(readText(path, MOST_BYTES));
    const read = acceptedSchema.safeParse(value);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    why = `${issue.path.join(".")}: ${issue.message}`;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
  }
  throw new Fault("check/accepted", {
    what: `${ACCEPTED_FILE} is not one that this version can read`,
    where: path,
    why,
    remedy: "bring it back from version control, or accept a candidate again",
  });
}

/** Where the accepted pack itself is kept for measuring beside another: on this machine alone, named by its hash. */
export function keptPack(folder: string, hash: string): string {
  return join(folder, ".whittle", "accepted", `${hash}.whittle`);
}

/** Keeps the pack, then puts accepted.json in its place: at every moment the file is whole, and names a pack that was. */
export function writeAccepted(folder: string, accepted: Accepted, pack: string): string {
  const kept = keptPack(folder, accepted.pack.hash);
  const shelf = join(kept, "..");
  makeFolder(shelf);
  writeWhole(kept, readBounded(pack, maxPackBytes));
  const path = join(folder, ACCEPTED_FILE);
  writeWhole(path, printAccepted(accepted));
  for (const name of readdirSync(shelf)) if (join(shelf, name) !== kept) rmSync(join(shelf, name), { force: true });
  return path;
}
