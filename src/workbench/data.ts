import { join } from "node:path";
import { writeWhole } from "../base/files.ts";
import { Fault } from "../base/fault.ts";
import { sha256 } from "../base/hash.ts";
import type { Example, Refusal, Source } from "../record/dataset.ts";
import type { Task } from "../record/task.ts";
import {
  addedFiles,
  type AddedPart,
  type Incoming,
  printAdded,
  readAdded,
  readIncoming,
} from "../stages/data/added.ts";
import { importFiles, specOf } from "../stages/data/index.ts";
import type { Store } from "../store/port.ts";
import { foldText } from "../text/nearduplicate.ts";

/** One version of an added file, remembered under "data-version". */
export interface DataVersion {
  readonly file: string;
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly rows: number;
  /** Rows that it has more than the version before. */
  readonly added: number;
  /** Rows without a label that got one. */
  readonly labelled: number;
  /** Where the rows came from, in words; null where the file was found changed: by hand, or by a checkout. */
  readonly from: string | null;
}

export interface AddOptions {
  readonly part: AddedPart;
  /** Columns of the text and of the label in the new file; the task's own when not told. */
  readonly text?: string;
  readonly label?: string;
  /** Where the rows came from; the name of the file when not told. */
  readonly from?: string;
}

export interface Added {
  readonly version: DataVersion;
  readonly added: number;
  readonly unlabelled: number;
  readonly labelled: number;
  /** Rows of the file that repeat a text of it; their labels stand with the first. */
  readonly merged: number;
  readonly duplicates: readonly Duplicate[];
  readonly refused: readonly Refusal[];
}

/** A new row whose text (case and spacing folded) the task already holds. */
export interface Duplicate {
  readonly line: number;
  readonly text: string;
  readonly of: Source;
  readonly label: string | null;
  readonly given: string | null;
}

/**
 * Adds new inputs to a task. Laws: the added file changes whole or not at all, and only under the store's lock; a row
 * whose text the task holds is never added, but gives its label to an added row that has none; whatever this returned from
 * is there after any crash, with its version.
 */
export async function addData(
  task: Task,
  folder: string,
  path: string,
  store: Store,
  options: AddOptions,
): Promise<Added> {
  const spec = specOf(task);
  const incoming = await readIncoming(
    path,
    { ...spec, text: options.text ?? spec.text, label: options.label ?? spec.label },
    options.label !== undefined,
  );
  noteFound(folder, store);
  const { examples } = await importFiles(task, folder);
  const before = readAdded(folder, options.part);
  const sorted = sortOut(incoming, examples, before.file);
  const lines = [...before.lines];
  for (const { row, at } of sorted.labelling) lines[at - 1] = printAdded({ ...row, ...kept(row, examples) }, task);
  for (const row of sorted.fresh) lines.push(printAdded(row, task));
  if (sorted.fresh.length + sorted.labelling.length === 0) throw nothingNew(path, incoming, sorted.duplicates);

  const content = `${lines.join("\n")}\n`;
  writeWhole(join(folder, before.file), content);
  const version: DataVersion = {
    file: before.file,
    sha256: sha256(content),
    rows: lines.length,
    added: sorted.fresh.length,
    labelled: sorted.labelling.length,
    from: options.from ?? path,
  };
  store.remember("data-version", keyOf(version), version);
  return {
    version,
    added: sorted.fresh.length,
    unlabelled: sorted.fresh.filter((row) => row.labels.length === 0).length,
    labelled: sorted.labelling.length,
    merged: incoming.merged,
    duplicates: sorted.duplicates,
    refused: incoming.refused,
  };
}

interface Sorted {
  readonly fresh: Incoming["rows"][number][];
  /** Rows that bring the label of an added row, with the line of that. */
  readonly labelling: { readonly row: Incoming["rows"][number]; readonly at: number }[];
  readonly duplicates: Duplicate[];
}

function sortOut({ rows }: Incoming, examples: readonly Example[], file: string): Sorted {
  const known = new Map<string, Example>();
  for (const example of examples) {
    const key = foldText(example.text);
    if (!known.has(key)) known.set(key, example);
  }
  const sorted: Sorted = { fresh: [], labelling: [], duplicates: [] };
  for (const row of rows) {
    const same = known.get(foldText(row.text));
    if (same === undefined) sorted.fresh.push(row);
    else if (same.target === null && same.source.file === file && row.labels.length > 0) {
      sorted.labelling.push({ row, at: same.source.line });
    } else {
      const [given = null] = row.labels;
      sorted.duplicates.push({ line: row.line, text: row.text, of: same.source, label: same.target, given });
    }
  }
  return sorted;
}

/** What a labelled row keeps of the row that waited for it. */
function kept(
  row: Incoming["rows"][number],
  examples: readonly Example[],
): Pick<Example, "text" | "group" | "columns"> {
  const folded = foldText(row.text);
  const { text, group, columns } = examples.find((example) => foldText(example.text) === folded) as Example;
  return { text, group: group ?? row.group, columns: { ...columns, ...row.columns } };
}

/** Every version of the added files that the store knows, oldest first. */
export function dataVersions(store: Store): (DataVersion & { readonly at: string })[] {
  return store.list<DataVersion>("data-version").map(({ at, record }) => ({ at, ...record }));
}

/**
 * An added file that is not as the last `data add` left it was changed by hand, by a checkout, or by a `data add` that was
 * stopped before its version was kept: the history says so.
 */
export function noteFound(folder: string, store: Store): void {
  const versions = dataVersions(store);
  for (const { part } of addedFiles(folder)) {
    const { file, lines, sha256: hash } = readAdded(folder, part);
    const last = versions.findLast((version) => version.file === file);
    if (last?.sha256 === hash) continue;
    const added = lines.length - (last?.rows ?? 0);
    const version: DataVersion = { file, sha256: hash, rows: lines.length, added, labelled: 0, from: null };
    store.remember("data-version", keyOf(version), version);
  }
}

function keyOf({ file, sha256: hash }: DataVersion): string {
  return sha256(`${file}\n${hash}`);
}

function nothingNew(path: string, { rows, refused }: Incoming, duplicates: readonly Duplicate[]): Fault {
  const [first] = duplicates;
  const why =
    first !== undefined
      ? `all ${rows.length} texts stand in the task already; line ${first.line} repeats ${first.of.file}:${first.of.line}`
      : refused.length > 0
        ? `${refused.length} rows were refused, the first because ${refused[0].why}`
        : undefined;
  return new Fault("data/nothing-new", {
    what: `${path} brings nothing that the task does not hold`,
    where: first === undefined ? path : `${path}:${first.line}`,
    why,
    remedy: "bring inputs that were not trained or judged on",
  });
}
