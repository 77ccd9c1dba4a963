import type { Cliff } from "../record/cliff.ts";
import type { Dataset, Example, Source } from "../record/dataset.ts";
import type { Measured } from "../record/decision.ts";
import type { Evaluation } from "../record/evaluation.ts";
import type { MadeRecord } from "../record/made.ts";
import type { Split } from "../record/split.ts";
import type { Task } from "../record/task.ts";

/** Everything that a report is made of: the records of one make, and nothing that is running. */
export interface Reported {
  readonly task: Task;
  readonly made: MadeRecord;
  /** When it was made: ISO 8601, UTC. */
  readonly at: string;
  readonly dataset: Dataset;
  readonly split: Split;
  /** In the order in which the ladder was climbed. */
  readonly ladder: readonly Judged[];
  /** The one of the ladder that was refitted and packed. */
  readonly chosen: Judged;
  readonly test: Evaluation | null;
  readonly cliff: Cliff;
}

export interface Judged extends Measured {
  readonly answers: readonly Answer[];
}

export interface Answer {
  /** Of the dataset's rows. */
  readonly id: string;
  readonly target: string;
  readonly label: string;
  readonly confidence: number;
}

/** The figure that ladders are drawn by: the first of the kind. */
export function headlineOf({ chosen }: Pick<Reported, "chosen">): string {
  return Object.keys(chosen.evaluation.quality).includes("accuracy")
    ? "accuracy"
    : Object.keys(chosen.evaluation.quality)[0];
}

export function nameOf({ recipe, precision }: Pick<Measured, "recipe" | "precision">): string {
  return `${recipe.rung} ${precision}`;
}

export function isRight(answer: Answer): boolean {
  return answer.label === answer.target;
}

/** Which rows judged, in words. */
export function judgedOn(on: string): string {
  return { folds: "out of fold over train and dev", dev: "on dev", test: "on the sealed test" }[on] ?? `on ${on}`;
}

export function examplesById({ examples }: Dataset): Map<string, Example> {
  return new Map(examples.map((example) => [example.id, example]));
}

/** Where a row came from. Folders are left out: a report is handed on, and they tell of the machine. */
export function placeOf({ file, line }: Source): string {
  return `${file.split(/[\\/]/).at(-1)}:${line}`;
}
