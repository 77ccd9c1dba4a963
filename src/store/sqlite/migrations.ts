/**
 * The shapes the index has had, oldest first. A row is never edited once released; the next shape is a new row. A migration
 * and its record share one transaction, so that an index has a version or was never touched.
 */
export const migrations: readonly { readonly version: number; readonly name: string; readonly sql: string }[] = [
  {
    version: 1,
    name: "records and their log",
    sql: `
      CREATE TABLE record (
        seq    INTEGER PRIMARY KEY AUTOINCREMENT,
        stage  TEXT NOT NULL,
        key    TEXT NOT NULL,
        at     TEXT NOT NULL,
        text   TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        UNIQUE (stage, key)
      ) STRICT;
      CREATE TABLE log (
        seq   INTEGER PRIMARY KEY AUTOINCREMENT,
        at    TEXT NOT NULL,
        what  TEXT NOT NULL CHECK (what IN ('remembered', 'forgot')),
        stage TEXT NOT NULL,
        key   TEXT NOT NULL
      ) STRICT;
      CREATE TABLE writer (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        pid  INTEGER NOT NULL,
        at   TEXT NOT NULL
      ) STRICT;
    `,
  },
];

export const newestVersion = migrations[migrations.length - 1].version;
