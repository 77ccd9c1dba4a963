import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { canonical, sha256 } from "../../base/hash.ts";
import type { Example, Refusal } from "../../record/dataset.ts";
import type { Task } from "../../record/task.ts";
import { foldText } from "../../text/nearduplicate.ts";
import { checkColumns } from "./columns.ts";
import { ExampleMaker, type RowSpec } from "./example.ts";
import { readBytes, readTable } from "./file.ts";
import { decode } from "./decode.ts";
import { makeRows } from "./rows.ts";
import { hasTargets } from "./spans.ts";

/** Parts that rows can be added to: the test stays sealed as it was. */
export const addedParts = ["train", "dev"] as const;
export type AddedPart = (typeof addedParts)[number];

/** Rows that came after the task's own, beside whittle.yaml: JSONL in the task's columns, fit to be committed. */
export function addedFile(part: AddedPart): string {
  return `added-${part}.jsonl`;
}

/** The added files that are there, in the order in which they are read. */
export function addedFiles(folder: string): { readonly part: AddedPart; readonly file: string }[] {
  return addedParts
    .map((part) => ({ part, file: addedFile(part) }))
    .filter(({ file }) => existsSync(join(folder, file)));
}

export interface AddedContent {
  readonly file: string;
  readonly lines: readonly string[];
  readonly sha256: string;
}

/** The lines of an added file as they stand; none where there is no such file. */
export function readAdded(folder: string, part: AddedPart): AddedContent {
  const file = addedFile(part);
  if (!existsSync(join(folder, file))) return { file, lines: [], sha256: sha256("") };
  const bytes = readBytes(resolve(folder, file), file);
  const lines = decode(bytes, file).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return { file, lines, sha256: sha256(bytes) };
}

/** A new row as it is kept. */
export interface NewRow {
  readonly text: string;
  /** One label an annotator, the one that counts first. */
  readonly labels: readonly string[];
  readonly group: string | null;
  readonly columns: Readonly<Record<string, string>>;
}

export interface Incoming {
  readonly rows: readonly (NewRow & { readonly line: number })[];
  /** Rows of the file that repeat a text of it; their labels stand with the first. */
  readonly merged: number;
  readonly refused: readonly Refusal[];
}

/**
 * Reads a file of new inputs, with or without labels. Equal texts (case and spacing folded) are one row that carries the
 * labels of all: several people may have labelled it.
 */
export async function readIncoming(path: string, spec: RowSpec, labelInsisted: boolean): Promise<Incoming> {
  const table = await readTable(path, [spec.text, spec.label], path);
  const has = (column: string | null): boolean => column !== null && table.columns.includes(column);
  const group = has(spec.group) ? spec.group : null;
  // Where no label column is there, and none was asked for, the rows are unlabelled.
  const isLabelled = has(spec.label) || (spec.spans !== null && hasTargets(table.columns, spec.label));
  const label = isLabelled || labelInsisted ? spec.label : spec.text;
  checkColumns(table, { ...spec, group, label }, path);
  const own = { ...spec, group };
  const { examples, refused } = makeRows(table.rows, {
    maker: new ExampleMaker(own),
    given: "dev",
    file: path,
    spec: own,
  });
  const rows = new Map<string, Incoming["rows"][number]>();
  let merged = 0;
  for (const made of examples) {
    const key = foldText(made.text);
    const before = rows.get(key);
    if (before !== undefined) merged++;
    const labels = [...(before?.labels ?? []), ...labelsOf(made)];
    rows.set(key, before === undefined ? { ...made, labels, line: made.source.line } : { ...before, labels });
  }
  return { rows: [...rows.values()], merged, refused };
}

function labelsOf({ target, alternatives }: Example): string[] {
  return target === null ? [] : [target, ...alternatives];
}

/** One line of an added file: the task's columns, a list of labels where several people gave one. */
export function printAdded({ text, labels, group, columns }: NewRow, task: Task): string {
  const { data } = task;
  const label =
    labels.length === 0 ? null : task.spans !== null ? written(labels[0]) : labels.length === 1 ? labels[0] : labels;
  const own = new Set([data.text, data.label, ...(data.group === null ? [] : [data.group])]);
  const others = Object.entries(columns).filter(([name]) => !own.has(name));
  const fields = [
    [data.text, text],
    [data.label, label],
    ...(data.group === null ? [] : [[data.group, group]]),
    ...others.sort(([a], [b]) => (a < b ? -1 : 1)),
  ] as const;
  return `{${fields.map(([name, value]) => `${canonical(name)}:${canonical(value)}`).join(",")}}`;
}

/** Spans in the form that whittle prints them, which the importer reads back in UTF-16 whatever the task's offsets count. */
function written(target: string): unknown {
  return JSON.parse(target);
}
