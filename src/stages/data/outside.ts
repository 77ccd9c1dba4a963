import { resolve } from "node:path";
import type { Example } from "../../record/dataset.ts";
import type { Task } from "../../record/task.ts";
import { Fault } from "../../base/fault.ts";
import { foldText } from "../../text/nearduplicate.ts";
import { checkColumns, nothingRead } from "./columns.ts";
import { ExampleMaker } from "./example.ts";
import { readTable } from "./file.ts";
import { specOf } from "./index.ts";
import { Refused } from "./refused.ts";

/** The texts that fit no label, and how many were left out. */
export interface Outside {
  readonly examples: readonly Example[];
  /** Rows that could not be read. */
  readonly refused: number;
  /** Rows whose text (case and spacing folded) stood before, here or among the task's own. */
  readonly repeated: number;
}

/** Texts that a threshold wants: ten to fit it, ten to judge it. */
const LEAST = 20;

/** Reads the task's files of texts from outside; a label that they may carry is not read. */
export async function importOutside(task: Task, folder: string, own: readonly Example[]): Promise<Outside> {
  const { text, label } = task.data;
  const maker = new ExampleMaker({ ...specOf(task), group: null, labels: [], spans: null });
  const seen = new Set(own.map((example) => foldText(example.text)));
  const examples: Example[] = [];
  let refused = 0;
  let repeated = 0;
  for (const file of task.data.outside) {
    const table = await readTable(resolve(folder, file), [text], file);
    checkColumns(table, { ...specOf(task), label: text, group: null }, file);
    const before = examples.length + repeated;
    for (const row of table.rows) {
      const made =
        "refused" in row
          ? new Refused(row.refused.code, row.refused.why)
          : maker.make({ ...row, cells: { ...row.cells, [label]: null } }, "train", file);
      if (made instanceof Refused) {
        refused++;
        continue;
      }
      const folded = foldText(made.text);
      if (seen.has(folded)) repeated++;
      else examples.push(made);
      seen.add(folded);
    }
    if (examples.length + repeated === before) throw nothingRead([], file);
  }
  if (examples.length < LEAST) throw tooFew(examples.length, task.data.outside);
  return { examples, refused, repeated };
}

function tooFew(n: number, files: readonly string[]): Fault {
  return new Fault("data/outside-few", {
    what: `there ${n === 1 ? "is 1 text" : `are ${n} different texts`} from outside the task`,
    where: files.join(", "),
    why: `${LEAST} are wanted: one half fits what tells them from the task's own, the other judges it`,
    remedy: "bring more, or take outside: out of whittle.yaml",
  });
}
