import type { PartRef } from "./candidate.ts";
import type { Decision } from "./decision.ts";
import type { Evaluation, Footprint } from "./evaluation.ts";

/** What one run of `make` came to, and where in the store all that it stands on lies. */
export interface MadeRecord {
  readonly decision: Decision;
  /** Parts of the pack. */
  readonly parts: readonly PartRef[];
  /** The engine that ran it, and the machine that measured it, in words. */
  readonly engine: string;
  readonly machine: string;
  /** Of the pack itself, as it was written. */
  readonly footprint: Footprint;
  /** Blobs of the Dataset and the Split. */
  readonly dataset: string;
  readonly split: string;
  /** Keys of the stage "measured": the ladder, in the order in which it was climbed. */
  readonly measured: readonly string[];
  /** Key of the stage "opening" that scored this pack on the sealed test; null where there is no test part. */
  readonly opening: string | null;
  /** Key of the stage "cliff" of the chosen candidate. */
  readonly cliff: string;
  /** Key of the stage "operating" of the chosen candidate, of kind redact. */
  readonly operating?: string | null;
}

/** A scoring of one candidate on the sealed test, remembered under the stage "opening". */
export interface Opening {
  /** Hash of the ids of the test rows. */
  readonly rows: string;
  readonly evaluation: Evaluation;
}
