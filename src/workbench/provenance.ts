import type { PartEntry } from "../packfile/layout.ts";
import type { Dataset, Example } from "../record/dataset.ts";
import type { Measured } from "../record/decision.ts";
import type { MadeRecord, Opening } from "../record/made.ts";
import { predictionAt, readPredictions } from "../record/predictions.ts";
import type { Answer } from "../record/answer.ts";
import type { Split } from "../record/split.ts";
import type { Store } from "../store/port.ts";

/** A labelled row with what was answered to it. */
export interface AnsweredRow {
  readonly example: Example;
  readonly answer: Answer;
}

/** What the store of a task knows of a pack that was made over it. */
export interface Provenance {
  readonly made: MadeRecord;
  /** What the chosen candidate answered out of fold, or to dev, when the ladder was climbed. */
  readonly ladder: readonly AnsweredRow[];
  /** What the refit answered to the sealed test, before it was packed. */
  readonly opening: readonly AnsweredRow[];
  /** The rows of the sealed test. */
  readonly test: readonly Example[];
}

/** Undefined for a pack that was not made here. */
export function provenanceOf(store: Store, entries: readonly PartEntry[]): Provenance | undefined {
  const held = new Map(entries.map((part) => [part.name, part.sha256]));
  const made = store
    .list<MadeRecord>("make")
    .findLast(({ record }) => record.parts.every((part) => held.get(part.name) === part.sha256))?.record;
  if (made === undefined) return undefined;
  const { rung, precision } = made.decision.chosen;
  const chosen = made.measured
    .map((key) => store.recall<Measured>("measured", key))
    .findLast((m) => m?.recipe.rung === rung && m.precision === precision);
  const opening = made.opening === null ? undefined : store.recall<Opening>("opening", made.opening);
  const { examples } = json<Dataset>(store, made.dataset);
  const byId = new Map(examples.map((example) => [example.id, example]));
  return {
    made,
    ladder: chosen === undefined ? [] : answersOf(store, chosen.evaluation.predictions, byId),
    opening: opening === undefined ? [] : answersOf(store, opening.evaluation.predictions, byId),
    test: testOf(store, made, examples),
  };
}

/** The sealed rows of the newest make; for packs that were made elsewhere. */
export function newestTest(store: Store): readonly Example[] {
  const newest = store.list<MadeRecord>("make").at(-1)?.record;
  return newest === undefined ? [] : testOf(store, newest, json<Dataset>(store, newest.dataset).examples);
}

function testOf(store: Store, made: MadeRecord, examples: readonly Example[]): Example[] {
  return json<Split>(store, made.split).test.map((i) => examples[i]);
}

/** The answers in a blob of predictions to rows that are known. */
export function answersOf(store: Store, blob: string, byId: ReadonlyMap<string, Example>): AnsweredRow[] {
  const predictions = readPredictions(store.blobs.get(blob));
  return Array.from({ length: predictions.n }, (_, row) => predictionAt(predictions, row)).flatMap(
    ({ id, label, confidence }) => {
      const example = byId.get(id);
      return example === undefined ? [] : [{ example, answer: { label, confidence } }];
    },
  );
}

function json<T>(store: Store, blob: string): T {
  return JSON.parse(new TextDecoder().decode(store.blobs.get(blob))) as T;
}
