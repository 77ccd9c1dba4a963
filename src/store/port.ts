/**
 * Where results live between runs.
 *
 *   const key = hashOf({stage, inputs, version});
 *   const found = store.recall<Split>("split", key);
 *   …
 *   store.remember("split", key, split);        // acknowledged: survives kill -9 from here on
 *
 * Laws (test/contracts holds every store to them):
 *   1. What remember() and put() returned from is there after any crash; a half-written record or blob is never read.
 *   2. put() of equal bytes gives the equal hash and stores them once.
 *   3. What comes back is a copy: changing it, or what was handed in, changes nothing that is kept.
 *   4. A record is JSON; one that is not (NaN, a Map, a typed array) is refused with `store/not-json`, never bent.
 *   5. A record or blob that changed where it lies is a fault that names it, never an answer.
 *   6. After close() every call is refused with `store/closed`; closing twice is allowed.
 */
export interface Store {
  readonly blobs: Blobs;
  /** The record remembered under a stage and a key, or undefined. */
  recall<T>(stage: string, key: string): T | undefined;
  /** Writes the record and its log line in one transaction. Remembering again replaces, and makes it the newest. */
  remember(stage: string, key: string, record: unknown): void;
  /** Drops a record: a checkpoint that its finished work has made useless. Forgetting what is not there is allowed. */
  forget(stage: string, key: string): void;
  /** Everything remembered of a stage, oldest first. */
  list<T>(stage: string): readonly Remembered<T>[];
  /** What was done to this store, oldest first; the log outlives what was forgotten. */
  log(): readonly LogLine[];
  close(): void;
}

export interface Remembered<T> {
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly record: T;
}

export interface LogLine {
  readonly at: string;
  readonly what: "remembered" | "forgot";
  readonly stage: string;
  readonly key: string;
}

export interface Blobs {
  /** Stores bytes under their SHA-256 and returns it. A damaged copy of the same bytes is mended by it. */
  put(bytes: Uint8Array): string;
  /** The bytes of a hash; a fault `store/missing-blob` or `store/damaged-blob`. */
  get(sha256: string): Uint8Array;
  has(sha256: string): boolean;
  /** Deleting what is not there is allowed. */
  delete(sha256: string): void;
}
