import Sqlite from "libsql";
import { Fault, type FaultCode } from "../../base/fault.ts";

/** A value as a column holds it here. */
export type Value = string | number;

/**
 * One connection to one database file, with the engine's errors as faults. Rows are arrays in column order: libsql adds a
 * `_metadata` field to the rows that it hands out as objects.
 */
export interface Database {
  run(sql: string, ...values: Value[]): void;
  /** Several statements, without values. */
  script(sql: string): void;
  row<R extends readonly Value[]>(sql: string, ...values: Value[]): R | undefined;
  rows<R extends readonly Value[]>(sql: string, ...values: Value[]): R[];
  /** All of `act` or none of it. */
  transaction<T>(act: () => T): T;
  close(): void;
}

/** Opens, or makes, a database file. A statement that finds it locked waits `waitMs` and then is a fault `store/busy`. */
export function openDatabase(path: string, waitMs: number): Database {
  const guarded = <T>(act: () => T): T => {
    try {
      return act();
    } catch (cause) {
      throw databaseFault(cause, path);
    }
  };
  const connection = guarded(() => new Sqlite(path, { timeout: waitMs }));
  // Compiled once each: the statements of a store are a handful of literals.
  const compiled = new Map<string, Sqlite.Statement<Value[]>>();
  const statement = (sql: string): Sqlite.Statement<Value[]> => {
    let found = compiled.get(sql);
    if (found === undefined) compiled.set(sql, (found = connection.prepare<Value[]>(sql)));
    return found;
  };

  return {
    run: (sql, ...values) => guarded(() => void statement(sql).run(...values)),
    script: (sql) => guarded(() => void connection.exec(sql)),
    row: <R extends readonly Value[]>(sql: string, ...values: Value[]) =>
      guarded(
        () =>
          statement(sql)
            .raw()
            .get(...values) as R | undefined,
      ),
    rows: <R extends readonly Value[]>(sql: string, ...values: Value[]) =>
      guarded(
        () =>
          statement(sql)
            .raw()
            .all(...values) as R[],
      ),
    transaction: (act) => {
      guarded(() => connection.exec("BEGIN IMMEDIATE"));
      try {
        const result = act();
        guarded(() => connection.exec("COMMIT"));
        return result;
      } catch (error) {
        // A full disk rolls back by itself, and a second ROLLBACK would hide the reason.
        if (connection.inTransaction) guarded(() => connection.exec("ROLLBACK"));
        throw error;
      }
    },
    close: () => guarded(() => void connection.close()),
  };
}

const corrupt = {
  code: "store/damaged-index",
  why: "its bytes are not those of a database that SQLite can read",
  remedy: "move the .whittle folder away and run make again: everything in it is made anew from your files",
} as const;
const denied = {
  code: "disk/denied",
  why: "the file cannot be opened for writing",
  remedy: "give yourself the right to it, or choose another folder",
} as const;
/** By SQLite's primary result code. */
const letters: Readonly<Record<number, { readonly code: FaultCode; readonly why: string; readonly remedy: string }>> = {
  3: denied, // SQLITE_PERM
  5: {
    // SQLITE_BUSY
    code: "store/busy",
    why: "another process is writing to it",
    remedy: "wait until the other run has ended, or stop it",
  },
  8: denied, // SQLITE_READONLY
  10: {
    // SQLITE_IOERR
    code: "disk/failing",
    why: "the disk reported an error",
    remedy: "check the disk's health and its free space, then start again",
  },
  11: corrupt, // SQLITE_CORRUPT
  13: {
    // SQLITE_FULL
    code: "disk/full",
    why: "the disk is full",
    remedy: "free some space, then start again: nothing already made is lost",
  },
  14: denied, // SQLITE_CANTOPEN
  26: corrupt, // SQLITE_NOTADB
};

/** The letter for an error of the engine. The low byte of its code is the primary one, the others a finer cause. */
export function databaseFault(cause: unknown, path: string): unknown {
  if (cause instanceof Fault || !(cause instanceof Error)) return cause;
  const primary = "rawCode" in cause && typeof cause.rawCode === "number" ? cause.rawCode & 0xff : 0;
  const letter = letters[primary] ?? (cause.message.startsWith("ConnectionFailed") ? denied : undefined);
  if (letter === undefined) return cause;
  return new Fault(letter.code, {
    what: `the store's index could not be used: ${cause.message}`,
    where: path,
    why: letter.why,
    remedy: letter.remedy,
    cause,
  });
}
