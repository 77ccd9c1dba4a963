import { hashOf } from "../../base/hash.ts";
import type { Predictor } from "../../predict/predictor.ts";
import type { PartRef } from "../../record/candidate.ts";
import type { Example } from "../../record/dataset.ts";
import type { Quality } from "../../record/evaluation.ts";
import type { Opening } from "../../record/made.ts";
import { judgePack } from "../../stages/evaluate/index.ts";
import type { Store } from "../../store/port.ts";
import { keyOf, remembered } from "./memo.ts";

/** What the sealed test said of one candidate, and how often it has been asked. */
export interface Opened {
  readonly test: Quality | null;
  /** How many distinct candidates have been scored on these rows, this one included; 0 where there is no test part. */
  readonly openings: number;
  /** Key of the record of the stage "opening"; null where there is no test part. */
  readonly key: string | null;
}

/**
 * Opens the sealed test for one candidate: an opening is one distinct candidate scored on one test part, and is counted.
 * The same candidate again is the same opening.
 */
export async function openTest(
  store: Store,
  test: readonly Example[],
  parts: readonly PartRef[],
  predictor: Predictor,
): Promise<Opened> {
  if (test.length === 0) return { test: null, openings: 0, key: null };
  const rows = hashOf(test.map((row) => row.id));
  const inputs = { parts, rows };
  const opening = await remembered(store, "opening", inputs, async (): Promise<Opening> => {
    const predictions = await predictor.predictMany(test.map((row) => row.text));
    return { rows, evaluation: judgePack("test", test, predictions, predictor.manifest, store.blobs) };
  });
  const openings = store.list<Opening>("opening").filter((o) => o.record.rows === rows).length;
  return { test: opening.evaluation.quality, openings, key: keyOf("opening", inputs) };
}
