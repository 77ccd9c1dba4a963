import { resolve } from "node:path";
import type { Dataset, Example, Part, Refusal } from "../../record/dataset.ts";
import type { Task } from "../../record/task.ts";
import { type NearDuplicates, nearDuplicates } from "../../text/nearduplicate.ts";
import { addedFiles } from "./added.ts";
import { audit } from "./audit.ts";
import { checkColumns, nothingRead } from "./columns.ts";
import { ExampleMaker, type RowSpec } from "./example.ts";
import { readTable } from "./file.ts";
import { checkLabels, checkSpanRows } from "./labels.ts";
import { makeRows, type Rows } from "./rows.ts";

/**
 * Data: the task's files in, a dataset out, with every row that was refused and why. Law: each row of each file is
 * either an example or a refusal, in the order of the files; a malformed row never stops the import.
 */
export async function importFiles(task: Task, folder: string): Promise<Dataset> {
  const spec = specOf(task);
  const maker = new ExampleMaker(spec);
  const examples: Example[] = [];
  const refused: Refusal[] = [];
  for (const given of ["train", "dev", "test"] as const) {
    for (const file of task.data[given]) {
      const read = await readRows(resolve(folder, file), file, given, spec, maker);
      if (read.examples.length === 0) throw nothingRead(read.refused, file);
      for (const example of read.examples) examples.push(example);
      for (const refusal of read.refused) refused.push(refusal);
    }
  }
  const own = examples.length;
  for (const { part, file } of addedFiles(folder)) {
    const read = await readRows(resolve(folder, file), file, part, spec, maker);
    for (const example of read.examples) examples.push({ ...example, added: true });
    for (const refusal of read.refused) refused.push(refusal);
  }
  if (task.kind === "classify") checkLabels(examples, task.data.label);
  else checkSpanRows(examples, task.data.label);
  const near = clustersOf(examples, own);
  return { examples, refused, clusters: near.clusters, audit: audit(examples, refused, near, task.kind) };
}

/**
 * Law: rows that are added change nothing in how the task's own rows are clustered, even where one stands close to two
 * clusters of them; it joins the first.
 */
function clustersOf(examples: readonly Example[], own: number): NearDuplicates {
  const texts = examples.map((example) => example.text);
  const whole = nearDuplicates(texts);
  if (own === examples.length) return whole;
  const apart = nearDuplicates(texts.slice(0, own));
  // The root of a cluster is its first row, and the own rows come first.
  const clusters = whole.clusters.map((root, i) => (i < own ? apart.clusters[i] : (apart.clusters[root] ?? root)));
  return { clusters, pairs: whole.pairs };
}

/** Rows of one more file, read as the task reads its own; for judging a pack on any labelled file. */
export async function importFile(
  path: string,
  spec: RowSpec,
): Promise<{ readonly examples: readonly Example[]; readonly refused: readonly Refusal[] }> {
  const rows = await readRows(path, path, "test", spec, new ExampleMaker(spec));
  if (rows.examples.length === 0) throw nothingRead(rows.refused, path);
  return rows;
}

export function specOf(task: Task): RowSpec {
  const { text, label, group, offsets } = task.data;
  const spans = task.spans === null ? null : { spec: task.spans, offsets };
  return { text, label, group, labels: Object.keys(task.labels), maxTextLength: task.maxTextLength, spans };
}

async function readRows(path: string, file: string, given: Part, spec: RowSpec, maker: ExampleMaker): Promise<Rows> {
  const wanted = [spec.text, spec.label, ...(spec.group === null ? [] : [spec.group])];
  const table = await readTable(path, wanted, file);
  checkColumns(table, spec, file);
  return makeRows(table.rows, { maker, given, file, spec });
}
