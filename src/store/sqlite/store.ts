import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Clock } from "../../base/clock.ts";
import { systemClock } from "../../base/clock.ts";
import { Fault } from "../../base/fault.ts";
import { makeFolder, sweep } from "../../base/files.ts";
import { sha256 } from "../../base/hash.ts";
import { closedStore } from "../faults.ts";
import type { LogLine, Remembered, Store } from "../port.ts";
import { recordText } from "../record-text.ts";
import { fileBlobs, sweepBlobs } from "./blobs.ts";
import type { Database } from "./database.ts";
import { openDatabase } from "./database.ts";
import { acquireLock } from "./lock.ts";
import { migrations, newestVersion } from "./migrations.ts";

export interface OpenStore {
  /** "write" makes the store where there is none and holds it against every other writer; "read" changes nothing. */
  readonly mode: "write" | "read";
  readonly clock?: Clock;
}

/** How long a statement waits for another's transaction; transactions here are over in milliseconds. */
const waitMs = 5000;

/**
 * The store of a task's folder: `.whittle/index.sqlite` (records and log), `.whittle/blobs/ab/…` (bytes by content), and
 * `.whittle/lock`. Any number of readers beside one writer.
 */
export function openStore(taskFolder: string, { mode, clock = systemClock }: OpenStore): Store {
  const folder = join(taskFolder, ".whittle");
  const indexPath = join(folder, "index.sqlite");
  const blobsFolder = join(folder, "blobs");
  if (mode === "read" && !existsSync(indexPath)) throw nothingMade(taskFolder);
  if (mode === "write") makeFolder(blobsFolder);

  const lock = mode === "write" ? acquireLock(join(folder, "lock"), () => writerOf(indexPath)) : undefined;
  let index: Database | undefined;
  try {
    index = mode === "write" ? openDatabase(indexPath, waitMs) : openToRead(indexPath);
    if (mode === "write") {
      prepare(index, clock);
      sweepBlobs(blobsFolder);
      sweep(taskFolder);
    } else if (versionOf(index) === 0) throw nothingMade(taskFolder);
    refuseNewer(versionOf(index), indexPath);
  } catch (error) {
    index?.close();
    lock?.release();
    throw error;
  }
  return storeOver(index, blobsFolder, mode, clock, () => lock?.release());
}

/**
 * Beside a writer a reader keeps marks of its own in the folder. Where it may not, and no writer has left a journal, nothing
 * changes the file, and it is read as it lies.
 */
function openToRead(path: string): Database {
  const index = openDatabase(path, waitMs);
  try {
    index.script("PRAGMA query_only = ON");
    versionOf(index);
    return index;
  } catch (error) {
    index.close();
    const mayNotWrite = error instanceof Fault && error.code === "disk/denied";
    if (!mayNotWrite || existsSync(`${path}-wal`)) throw error;
    return openDatabase(`${pathToFileURL(path).href}?immutable=1`, waitMs);
  }
}

function storeOver(
  index: Database,
  blobsFolder: string,
  mode: OpenStore["mode"],
  clock: Clock,
  release: () => void,
): Store {
  let open = true;
  const mayRead = (): void => {
    if (!open) throw closedStore();
  };
  const mayWrite = (): void => {
    mayRead();
    if (mode === "read") {
      throw new Fault("store/read-only", {
        what: "the store was opened for reading and cannot be written to",
        remedy: "this is an error in the calling program: open it for writing",
      });
    }
  };
  const note = (at: string, what: LogLine["what"], stage: string, key: string): void =>
    index.run("INSERT INTO log (at, what, stage, key) VALUES (?, ?, ?, ?)", at, what, stage, key);

  return {
    blobs: fileBlobs(blobsFolder, mayWrite, mayRead),
    recall<T>(stage: string, key: string): T | undefined {
      mayRead();
      const row = index.row<[string, string]>(
        "SELECT text, sha256 FROM record WHERE stage = ? AND key = ?",
        stage,
        key,
      );
      return row === undefined ? undefined : (parsed(stage, key, ...row) as T);
    },
    remember(stage, key, record) {
      mayWrite();
      const text = recordText(stage, record);
      const at = clock.date().toISOString();
      index.transaction(() => {
        // Deleted first, so that the new row comes last in the order.
        index.run("DELETE FROM record WHERE stage = ? AND key = ?", stage, key);
        index.run(
          "INSERT INTO record (stage, key, at, text, sha256) VALUES (?, ?, ?, ?, ?)",
          ...[stage, key, at, text, sha256(text)],
        );
        note(at, "remembered", stage, key);
      });
    },
    forget(stage, key) {
      mayWrite();
      index.transaction(() => {
        const there = index.row("SELECT 1 FROM record WHERE stage = ? AND key = ?", stage, key) !== undefined;
        if (!there) return;
        index.run("DELETE FROM record WHERE stage = ? AND key = ?", stage, key);
        note(clock.date().toISOString(), "forgot", stage, key);
      });
    },
    list<T>(stage: string): Remembered<T>[] {
      mayRead();
      return index
        .rows<[string, string, string, string]>(
          "SELECT key, at, text, sha256 FROM record WHERE stage = ? ORDER BY seq",
          stage,
        )
        .map(([key, at, text, hash]) => ({ key, at, record: parsed(stage, key, text, hash) as T }));
    },
    log() {
      mayRead();
      return index
        .rows<[string, LogLine["what"], string, string]>("SELECT at, what, stage, key FROM log ORDER BY seq")
        .map(([at, what, stage, key]) => ({ at, what, stage, key }));
    },
    close() {
      if (!open) return;
      open = false;
      if (mode === "write") settle(index);
      index.close();
      release();
    },
  };
}

/** Brings the index to the newest version. Every commit reaches the disk before it is acknowledged (synchronous FULL). */
function prepare(index: Database, clock: Clock): void {
  index.rows("PRAGMA journal_mode = WAL");
  index.script("PRAGMA synchronous = FULL");
  index.script(
    "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL) STRICT",
  );
  const at = clock.date().toISOString();
  const present = versionOf(index);
  for (const { version, name, sql } of migrations.filter((m) => m.version > present)) {
    index.transaction(() => {
      index.script(sql);
      index.run("INSERT INTO migration (version, name, at) VALUES (?, ?, ?)", version, name, at);
    });
  }
  if (present <= newestVersion)
    index.run("INSERT OR REPLACE INTO writer (only, pid, at) VALUES (1, ?, ?)", process.pid, at);
}

/**
 * Moves the journal into the index itself, so that the one file is complete. Without waiting: a reader in the way only means that a
 * later run does it. (libsql has no call that ends a statement, so its close() alone leaves the journal to the collector.)
 */
function settle(index: Database): void {
  index.rows("PRAGMA busy_timeout = 0");
  index.rows("PRAGMA wal_checkpoint(TRUNCATE)");
}

/** The version of an index; 0 for one that was never prepared. */
function versionOf(index: Database): number {
  const prepared = index.row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'") !== undefined;
  return prepared ? (index.row<[number]>("SELECT coalesce(max(version), 0) FROM migration")?.[0] ?? 0) : 0;
}

function refuseNewer(version: number, indexPath: string): void {
  if (version <= newestVersion) return;
  throw new Fault("store/newer", {
    what: "this store was made by a newer whittle",
    where: indexPath,
    why: `its index has version ${version}; this whittle reads up to ${newestVersion}`,
    remedy: "install the newer whittle, or move the .whittle folder away and run make again",
  });
}

/** In words, for whoever finds the store held. */
function writerOf(indexPath: string): string | undefined {
  if (!existsSync(indexPath)) return undefined;
  const index = openDatabase(indexPath, waitMs);
  try {
    if (versionOf(index) === 0) return undefined;
    const row = index.row<[number, string]>("SELECT pid, at FROM writer");
    return row === undefined ? undefined : `process ${row[0]} has held it since ${row[1]}`;
  } finally {
    index.close();
  }
}

function nothingMade(taskFolder: string): Fault {
  return new Fault("store/none", {
    what: "nothing has been made in this folder yet",
    where: taskFolder,
    remedy: "run whittle make there first, or name another folder",
  });
}

/** The record of a row whose text is still the text that was written. */
function parsed(stage: string, key: string, text: string, hash: string): unknown {
  if (sha256(text) !== hash) {
    throw new Fault("store/damaged-record", {
      what: `a record of ${stage} is damaged and was not used`,
      where: key,
      why: "its text does not have the SHA-256 that was kept beside it",
      remedy: "move the .whittle folder away and run make again. Check the disk if it happens twice",
    });
  }
  return JSON.parse(text) as unknown;
}
