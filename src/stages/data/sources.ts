import { resolve } from "node:path";
import { hashOf, sha256 } from "../../base/hash.ts";
import type { Part } from "../../record/dataset.ts";
import type { Task } from "../../record/task.ts";
import { addedFiles } from "./added.ts";
import { readBytes } from "./file.ts";

/**
 * The identity of what the import reads: the bytes of every file with its part, the columns, the labels and the limit.
 * Two tasks with equal sources import equal datasets; what the files are called does not matter to their rows' ids, and
 * matters here because refusals and sources name them.
 */
export function hashSources(task: Task, folder: string): string {
  const identity = (part: Part, file: string): { part: Part; file: string; sha256: string } => {
    return { part, file, sha256: sha256(readBytes(resolve(folder, file), file)) };
  };
  const files = (["train", "dev", "test"] as const).flatMap((part) =>
    task.data[part].map((file) => identity(part, file)),
  );
  for (const { part, file } of addedFiles(folder)) files.push(identity(part, file));
  const { text, label, group, offsets } = task.data;
  const { kind, spans, maxTextLength } = task;
  return hashOf({ files, kind, text, label, group, offsets, spans, labels: Object.keys(task.labels), maxTextLength });
}
