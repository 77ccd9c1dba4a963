import { resolve } from "node:path";
import type { Dataset, Example, Part, Refusal } from "../../record/dataset.ts";
import type { Task } from "../../record/task.ts";
import { nearDuplicates } from "../../text/nearduplicate.ts";
import { audit } from "./audit.ts";
import { checkColumns, nothingRead } from "./columns.ts";
import { ExampleMaker, Refused, type RowSpec } from "./example.ts";
import { readTable } from "./file.ts";
import { checkLabels } from "./labels.ts";

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
  checkLabels(examples, task.data.label);
  const near = nearDuplicates(examples.map((example) => example.text));
  return { examples, refused, clusters: near.clusters, audit: audit(examples, refused, near) };
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
  const { text, label, group } = task.data;
  return { text, label, group, labels: Object.keys(task.labels), maxTextLength: task.maxTextLength };
}

interface Rows {
  readonly examples: Example[];
  readonly refused: Refusal[];
}

async function readRows(path: string, file: string, given: Part, spec: RowSpec, maker: ExampleMaker): Promise<Rows> {
  const wanted = [spec.text, spec.label, ...(spec.group === null ? [] : [spec.group])];
  const table = await readTable(path, wanted, file);
  checkColumns(table, spec, file);
  const rows: Rows = { examples: [], refused: [] };
  for (const row of table.rows) {
    const made = "refused" in row ? new Refused(row.refused.code, row.refused.why) : maker.make(row, given, file);
    if (!(made instanceof Refused)) rows.examples.push(made);
    else rows.refused.push({ source: { file, line: row.line }, code: made.code, why: made.why });
  }
  return rows;
}
