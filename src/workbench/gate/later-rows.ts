import { join } from "node:path";
import { textId } from "../../record/accepted.ts";
import type { Example } from "../../record/dataset.ts";
import type { Task } from "../../record/task.ts";
import { addedFiles } from "../../stages/data/added.ts";
import { importFile, specOf } from "../../stages/data/index.ts";
import { overlap } from "../../stages/pack/index.ts";

/** Labelled rows that came after training, on which packs can be judged as they stand. */
export interface LaterRows {
  readonly rows: readonly Example[];
  readonly unlabelled: number;
  readonly refused: readonly { readonly where: string; readonly why: string }[];
}

export interface Against {
  /** Fingerprints of the texts that each pack was trained on. */
  readonly trained: readonly Uint8Array[];
  /** Ids of the texts of the sealed test. */
  readonly sealed: ReadonlySet<string>;
}

/**
 * The rows added to the task's folder and those of the files named. A row that a pack was trained on is refused, and so is
 * one of the sealed test; a text that comes twice counts once. Added rows that have been trained on since are passed over:
 * they are judged out of fold, with the others.
 */
export async function laterRows(
  task: Task,
  folder: string,
  files: readonly string[],
  { trained, sealed }: Against,
): Promise<LaterRows> {
  const rows: Example[] = [];
  const refused: { where: string; why: string }[] = [];
  const seen = new Set<string>();
  let unlabelled = 0;
  const added = addedFiles(folder).map(({ file }) => ({ file: join(folder, file), isAdded: true }));
  for (const { file, isAdded } of [...added, ...files.map((named) => ({ file: named, isAdded: false }))]) {
    const read = await importFile(file, specOf(task));
    for (const { source, why } of read.refused) refused.push({ where: `${source.file}:${source.line}`, why });
    const texts = read.examples.map((example) => example.text);
    const known = trained.map((fingerprints) => overlap(texts, fingerprints));
    read.examples.forEach((example, i) => {
      const id = textId(example.text);
      const where = `${example.source.file}:${example.source.line}`;
      if (known.some((isTrained) => isTrained[i])) {
        if (!isAdded) refused.push({ where, why: "a model was trained on this text" });
      } else if (sealed.has(id)) refused.push({ where, why: "the text stands in the sealed test" });
      else if (example.target === null) unlabelled++;
      else if (!seen.has(id)) {
        seen.add(id);
        rows.push(example);
      }
    });
  }
  return { rows, unlabelled, refused };
}
