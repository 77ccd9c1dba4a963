import { kindOf } from "../kinds/table.ts";
import type { Dataset, Example, Source } from "../record/dataset.ts";
import type { Measured } from "../record/decision.ts";
import type { Quality } from "../record/evaluation.ts";
import type { Answer, Reported } from "../record/reported.ts";

type Kinded = Pick<Reported, "manifest">;

/** The figure that ladders are drawn by: the first of the kind. */
export function headlineOf({ manifest }: Kinded): string {
  return Object.keys(kindOf(manifest.kind).metrics)[0];
}

/** The figures that there are, those of the kind first and in its order. */
export function figuresOf({ manifest }: Kinded, qualities: readonly Quality[]): string[] {
  const known = new Set(qualities.flatMap((quality) => Object.keys(quality)));
  const named = Object.keys(kindOf(manifest.kind).metrics).filter((name) => known.has(name));
  return [...new Set([...named, ...known])];
}

/** "leak_documents ↓": less is better. */
export function headOf(name: string, { manifest }: Kinded): string {
  return kindOf(manifest.kind).metrics[name] === "lower" ? `${name} ↓` : name;
}

/** Whether answers are spans of the text. */
export function hasSpans({ manifest }: Kinded): boolean {
  return kindOf(manifest.kind).scoreOf !== null;
}

/** What the kind calls its labels. */
export function nounOf({ manifest }: Kinded): readonly [one: string, many: string] {
  return {
    classify: ["label", "labels"],
    extract: ["field", "fields"],
    redact: ["category", "categories"],
  }[manifest.kind] as [string, string];
}

/** "right", of answers with parts "wholly right". */
export function rightOf(kinded: Kinded): string {
  return hasSpans(kinded) ? "wholly right" : "right";
}

/** A report is passed around: of a redaction it shows no text. */
export function mayShowText({ manifest }: Kinded): boolean {
  return manifest.kind !== "redact";
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
  return `${nameOfFile(file)}:${line}`;
}

/** A remark, its files without their folders. */
export function withoutFolders(remark: string, { examples, refused }: Dataset): string {
  const files = new Set([...examples, ...refused].map(({ source }) => source.file));
  return [...files]
    .sort((a, b) => b.length - a.length)
    .reduce((words, file) => words.replaceAll(file, nameOfFile(file)), remark);
}

function nameOfFile(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
