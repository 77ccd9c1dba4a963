import type { Progress } from "../base/progress.ts";
import type { Engine } from "../engine/port.ts";
import type { CurvePoint } from "../record/candidate.ts";
import type { Example } from "../record/dataset.ts";
import type { RungName, Setting } from "../record/recipe.ts";
import type { SpanSpec } from "../record/spans.ts";
import type { KindName } from "../record/task.ts";

/**
 * A rung of the ladder for one kind: features × model × trainer.
 *
 *   const { parts } = await rung.fit({ train, watch, labels, maxTextLength }, settings, context);
 *
 * Laws: fit is a function of its material, settings and seed; it never sees a row it is not given; every label of
 * `labels` has an output, whether a row carries it or not.
 */
export interface Rung {
  readonly name: RungName;
  /** Settings with which the rung is tried when the task names no others. */
  readonly defaults: Readonly<Record<string, Setting>>;
  /** Whether another seed gives another model: what starts from random weights. */
  readonly seeded: boolean;
  /** Whether out-of-fold predictions over train+dev judge it (k fits), or dev alone (one fit). */
  judge(rows: number): "folds" | "dev";
  fit(material: Material, settings: Readonly<Record<string, Setting>>, context: FitContext): Promise<Fitted>;
}

export interface Material {
  readonly kind: KindName;
  /** Rows with an answer. */
  readonly train: readonly Example[];
  /** Rows to stop early by; empty: train to the end of the schedule. */
  readonly watch: readonly Example[];
  readonly labels: readonly string[];
  readonly maxTextLength: number;
  /** What is wanted of spans; null for kinds that have none. */
  readonly spans: SpanSpec | null;
}

export interface FitContext {
  readonly engine: Engine;
  readonly seed: number;
  readonly threads: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  /** Where training in epochs leaves its state, so that a stopped run loses one epoch at most. */
  readonly checkpoint: Checkpoint;
}

export interface Checkpoint {
  load(): Uint8Array | undefined;
  save(state: Uint8Array): void;
}

export interface Fitted {
  readonly parts: readonly PartBytes[];
  readonly curve: readonly CurvePoint[];
  /** Settings that fitting found, to be frozen for the refit: the best epoch, say. */
  readonly found: Readonly<Record<string, Setting>>;
}

export interface PartBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A rung that a kind does not have, with the reason. */
export interface Refused {
  readonly refused: string;
}
