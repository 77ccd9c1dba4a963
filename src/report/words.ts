import type { Dataset, Example, Source } from "../record/dataset.ts";
import type { Measured } from "../record/decision.ts";
import type { Answer, Reported } from "../record/reported.ts";

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
