import { sha256 } from "../../base/hash.ts";
import { version } from "../../base/version.ts";
import type { Checkpoint } from "../../rungs/rung.ts";
import type { Store } from "../../store/port.ts";
import { recordText } from "../../store/record-text.ts";

/**
 * A step that was finished is never done twice: its record lies in the store under the hash of everything it depends on.
 *
 *   const parts = await remembered(store, "split", { rows, seed, engine }, () => split(rows, seed));
 *
 * Laws: equal stage and inputs under one version of whittle give the stored record without computing (the engine's version is
 * among the inputs of the steps that it runs); compute() runs to its end or nothing is remembered; a checkpoint is seen by the
 * same step alone and is gone once the step is remembered.
 */

export interface StepOptions<R> {
  /** The blobs a record stands on. One that is missing makes the record worth nothing, and it is computed again. */
  readonly blobs?: (record: R) => readonly string[];
}

/** The record of a step: the stored one, or computed and remembered. */
export async function remembered<R>(
  store: Store,
  stage: string,
  inputs: unknown,
  compute: (checkpoint: Checkpoint) => R | Promise<R>,
  { blobs = () => [] }: StepOptions<R> = {},
): Promise<R> {
  const key = keyOf(stage, inputs);
  const state = savedState(store, `${stage} ${key}`);
  const known = store.recall<R>(stage, key);
  if (known !== undefined && blobs(known).every((name) => store.blobs.has(name))) {
    state.drop();
    return known;
  }
  const computed = await compute(state);
  store.remember(stage, key, computed);
  state.drop();
  // As it will be read next time: fields that are undefined are gone from it on the first run too.
  return store.recall<R>(stage, key) as R;
}

/** SHA-256 over everything that a step's record depends on. */
export function keyOf(stage: string, inputs: unknown): string {
  return sha256(recordText(stage, { stage, inputs, whittle: version }));
}

/** The stage under which checkpoints are kept, by the step's stage and key. */
const shelf = "checkpoint";

interface Saved {
  readonly blob: string;
}

/** Where a long computation leaves its state. What it saved survives kill -9 once save() returns. */
function savedState(store: Store, step: string): Checkpoint & { drop(): void } {
  // The step's name goes before the state, so that no two steps ever share a blob and each may delete its own.
  const label = new TextEncoder().encode(`${step}\n`);
  return {
    save(state) {
      const before = store.recall<Saved>(shelf, step);
      const bytes = new Uint8Array(label.length + state.length);
      bytes.set(label);
      bytes.set(state, label.length);
      const blob = store.blobs.put(bytes);
      store.remember(shelf, step, { blob } satisfies Saved);
      if (before !== undefined && before.blob !== blob) store.blobs.delete(before.blob);
    },
    load() {
      const saved = store.recall<Saved>(shelf, step);
      if (saved === undefined || !store.blobs.has(saved.blob)) return undefined;
      return store.blobs.get(saved.blob).slice(label.length);
    },
    drop() {
      const saved = store.recall<Saved>(shelf, step);
      if (saved === undefined) return;
      store.forget(shelf, step);
      store.blobs.delete(saved.blob);
    },
  };
}
