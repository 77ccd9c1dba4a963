import type { Cliff } from "./cliff.ts";
import type { Damage } from "./damage.ts";
import type { Dataset } from "./dataset.ts";
import type { Measured } from "./decision.ts";
import type { Evaluation } from "./evaluation.ts";
import type { MadeRecord } from "./made.ts";
import type { Manifest } from "./manifest.ts";
import type { Operating } from "./operating.ts";
import type { Split } from "./split.ts";
import type { Task } from "./task.ts";

/** Everything that a report is made of: the records of one make, and nothing that is running. Gathered by the workbench. */
export interface Reported {
  readonly task: Task;
  readonly made: MadeRecord;
  /** When it was made: ISO 8601, UTC. */
  readonly at: string;
  readonly dataset: Dataset;
  readonly split: Split;
  /** In the order in which the ladder was climbed. */
  readonly ladder: readonly Judged[];
  /** Of every smaller form on the ladder, against fp32 of its rung. */
  readonly damages: readonly Damage[];
  /** The one of the ladder that was refitted and packed. */
  readonly chosen: Judged;
  readonly test: Evaluation | null;
  readonly cliff: Cliff;
  /** Of the pack: its kind, what it does with spans, and how readily it marks one. */
  readonly manifest: Manifest;
  /** Of kind redact; null for others, and for makes that have not kept it. */
  readonly operating: Operating | null;
}

export interface Judged extends Measured {
  readonly answers: readonly Answer[];
}

export interface Answer {
  /** Of the dataset's rows. */
  readonly id: string;
  /** The right answer, printed; where the answer is right, as it was answered. */
  readonly target: string;
  /** The answer, printed. */
  readonly label: string;
  readonly confidence: number;
}
