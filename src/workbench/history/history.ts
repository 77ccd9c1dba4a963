import { existsSync } from "node:fs";
import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import { readPack } from "../../packfile/read.ts";
import type { Measured } from "../../record/decision.ts";
import type { MadeRecord } from "../../record/made.ts";
import { rungNames } from "../../record/recipe.ts";
import type { Run } from "../../record/run.ts";
import type { Remembered, Store } from "../../store/port.ts";

/** A run with its key and its moment. */
export interface KeptRun extends Run {
  readonly key: string;
  readonly at: string;
}

/** A pack that was made: from which run, and what its refit reached on the sealed test. */
export interface KeptPack {
  readonly at: string;
  readonly key: string;
  readonly rung: string;
  readonly precision: string;
  readonly held: boolean;
  readonly test: MadeRecord["decision"]["test"];
  readonly testOpenings: number;
}

/** Every candidate that was measured, newest last. */
export function runs(store: Store): KeptRun[] {
  return store.list<Run>("run").map(({ key, at, record }) => ({ key, at, ...record }));
}

/** Every pack that was made, newest last. */
export function packs(store: Store): KeptPack[] {
  return store.list<MadeRecord>("make").map(({ key, at, record: { decision } }) => ({
    at,
    key,
    rung: decision.chosen.rung,
    precision: decision.chosen.precision,
    held: decision.held,
    test: decision.test,
    testOpenings: decision.testOpenings,
  }));
}

/**
 * The run that a person means: by its key or the beginning of one, by a rung ("linear", "linear:int8": the newest of it),
 * or by a pack that was made here (the run that was chosen for it).
 */
export function findRun(store: Store, reference: string): KeptRun {
  const all = runs(store);
  if (existsSync(reference) && !isRung(reference)) return runOfPack(store, all, reference);
  const byKey = /^[0-9a-f]{4,64}$/.test(reference) ? all.filter((run) => run.key.startsWith(reference)) : [];
  if (byKey.length === 1) return byKey[0];
  if (byKey.length > 1) {
    throw new Fault("history/ambiguous", {
      what: `${byKey.length} runs begin with ${reference}`,
      why: byKey
        .slice(0, 5)
        .map((run) => `${run.key.slice(0, 12)} (${run.rung} ${run.precision})`)
        .join(", "),
      remedy: "give more of its key",
    });
  }
  const [rung, precision] = reference.split(":", 2);
  const found = all.findLast((run) => run.rung === rung && (precision === undefined || run.precision === precision));
  if (found !== undefined) return found;
  const near = nearest(reference, [...new Set(all.flatMap((run) => [run.rung, `${run.rung}:${run.precision}`]))]);
  throw new Fault("history/unknown", {
    what: `no run here is called "${reference.slice(0, 80)}"`,
    why: `there are ${all.length} runs`,
    remedy: near === undefined ? "whittle log lists them all with their keys" : `did you mean ${near}?`,
  });
}

/** All that was measured of a run. */
export function measuredOf(store: Store, run: KeptRun): Measured {
  const measured = store.recall<Measured>("measured", run.key);
  if (measured !== undefined) return measured;
  throw new Fault("history/unknown", {
    what: `the run ${run.key.slice(0, 12)} has lost what was measured`,
    remedy: "run make again: what is missing is made anew",
  });
}

/** The run that a pack's candidate was chosen by: the pack holds all parts of one that was made here. */
function runOfPack(store: Store, all: readonly KeptRun[], path: string): KeptRun {
  const held = new Map(readPack(path).entries.map((part) => [part.name, part.sha256]));
  const isOf = ({ record }: Remembered<MadeRecord>): boolean =>
    record.parts.every((part) => held.get(part.name) === part.sha256);
  const made = store.list<MadeRecord>("make").findLast(isOf)?.record;
  const chosen = made?.decision.chosen;
  const run = all.findLast(
    ({ key, rung, precision }) =>
      made?.measured.includes(key) === true && rung === chosen?.rung && precision === chosen.precision,
  );
  if (run !== undefined) return run;
  throw new Fault("history/unknown", {
    what: "this pack was not made here",
    where: path,
    remedy: "name the folder that it was made in with --dir, or judge it on rows: whittle evaluate",
  });
}

function isRung(reference: string): boolean {
  return rungNames.some((name) => reference === name || reference.startsWith(`${name}:`));
}
