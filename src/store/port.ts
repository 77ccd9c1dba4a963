
/**
 * Where results live between runs.
 *
 *   const key = hashOf({stage, inputs, version});
 *   const found = store.recall<Split>("split", key);
 *   …
 *   store.remember("split", key, split);        // acknowledged: survives kill -9 from here on
 *
 * Laws (test/contracts): what remember() returned from is there after any crash; a half-written record or blob is never
 * read; put() of equal bytes gives the equal hash and stores them once.
 */
export interface Store {
  readonly blobs: Blobs;
  /** The record remembered under a stage and a key, or undefined. */
  recall<T>(stage: string, key: string): T | undefined;
  /** Writes the record and its log line in one transaction. */
  remember(stage: string, key: string, record: unknown): void;
  /** Drops a record: a checkpoint that its finished work has made useless. */
  forget(stage: string, key: string): void;
  /** Everything remembered of a stage, oldest first. */
  list<T>(stage: string): readonly { readonly key: string; readonly at: string; readonly record: T }[];
  close(): void;
}

export interface Blobs {
  /** Stores bytes under their SHA-256 and returns it. */
  put(bytes: Uint8Array): string;
  /** The bytes of a hash; a fault `store/missing-blob` or `store/damaged-blob`. */
  get(sha256: string): Uint8Array;
  has(sha256: string): boolean;
  delete(sha256: string): void;
}

