import { Fault } from "../base/fault.ts";
import type { Cliff } from "../record/cliff.ts";
import type { Dataset } from "../record/dataset.ts";
import type { Measured } from "../record/decision.ts";
import type { MadeRecord, Opening } from "../record/made.ts";
import { type Manifest, manifestSchema } from "../record/manifest.ts";
import type { Operating } from "../record/operating.ts";
import type { Judged, Reported } from "../record/reported.ts";
import type { Split } from "../record/split.ts";
import type { Task } from "../record/task.ts";
import type { Store } from "../store/port.ts";
import { answersOf, damagesOf } from "./damage.ts";

/** Everything that the report of a task tells: the records of the newest make, read from its store. */
export function gather(task: Task, store: Store): Reported {
  const newest = store.list<MadeRecord>("make").at(-1);
  if (newest === undefined) {
    throw new Fault("report/nothing-made", {
      what: `nothing has been made of ${task.name} yet, so there is nothing to report`,
      remedy: "run whittle make first",
    });
  }
  const { record: made, at } = newest;
  const ladder = made.measured.map((key): Judged => {
    const measured = found(store.recall<Measured>("measured", key), "a row of the ladder");
    return { ...measured, answers: answersOf(measured, store.blobs) };
  });
  const dataset = blob<Dataset>(store, made.dataset);
  const cliff = found(store.recall<Cliff>("cliff", made.cliff), "the cliff of the chosen candidate");
  const { rung, precision } = made.decision.chosen;
  return {
    task,
    made,
    at,
    dataset,
    split: blob<Split>(store, made.split),
    ladder,
    damages: damagesOf(task, dataset, ladder, { chosen: made.decision.chosen, scope: cliff.scope }),
    chosen: found(
      ladder.find((m) => m.recipe.rung === rung && m.precision === precision),
      "the chosen candidate",
    ),
    test:
      made.opening === null
        ? null
        : found(store.recall<Opening>("opening", made.opening), "the opening of the test").evaluation,
    cliff,
    manifest: manifestOf(made, store),
    operating: operatingOf(made, store),
  };
}

function manifestOf({ parts }: MadeRecord, store: Store): Manifest {
  const { sha256 } = found(
    parts.find((part) => part.name === "model.json"),
    "the manifest of the pack",
  );
  return manifestSchema.parse(blob(store, sha256));
}

function operatingOf({ operating }: MadeRecord, store: Store): Operating | null {
  return typeof operating === "string" ? (store.recall<Operating>("operating", operating) ?? null) : null;
}

function blob<T>(store: Store, name: string): T {
  return JSON.parse(new TextDecoder().decode(store.blobs.get(name))) as T;
}

function found<T>(record: T | undefined, what: string): T {
  if (record !== undefined) return record;
  throw new Fault("report/incomplete", {
    what: `${what} is no longer in the store`,
    why: "the make that is reported was remembered by another version, or its records were taken away",
    remedy: "run whittle make again: what is still there is not done twice",
  });
}
