import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault, printFault } from "../src/base/fault.ts";
import type { Dataset } from "../src/record/dataset.ts";
import type { DataSpec, Task } from "../src/record/task.ts";
import { importFiles } from "../src/stages/data/index.ts";
import { draftTask } from "../src/stages/task/index.ts";

export function taskOf(data: Partial<DataSpec>, more: Partial<Task> = {}): Task {
  return { ...draftTask({ name: "t", kind: "classify", data: { train: [], ...data } }), ...more };
}

interface Said extends Partial<Omit<Task, "data">> {
  readonly columns?: Partial<DataSpec>;
}

/** What comes of one file, written into the folder, as a task's rows to train on. */
export async function importing(
  folder: string,
  name: string,
  content: string | Uint8Array,
  { columns, ...more }: Said = {},
): Promise<Dataset> {
  writeFileSync(join(folder, name), content);
  return importFiles(taskOf({ train: [name], ...columns }, more), folder);
}

/** The fault with which that file is refused, as it is printed. */
export async function refusal(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  try {
    await importing(folder, name, content);
  } catch (error) {
    if (error instanceof Fault) return printFault(error);
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A file that nothing is wrong with. */
export const good = "text,label\nmy card is lost,card\nwhere is my refund,refund\n";
