/**
 * The victim of the crash test of `data add`, run from the build so that it starts quickly: adds one batch of rows after the
 * other to a task, and prints the number of a batch once it has been acknowledged. Usage: adding.mjs FOLDER FIRST
 */
import { writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readTask } from "../../dist/stages/task/index.js";
import { addData } from "../../dist/workbench/data.js";
import { openTaskStore } from "../../dist/workbench/open-store.js";

const [folder, first] = process.argv.slice(2);
const say = (line) => writeSync(1, `${line}\n`);

say("opening");
const task = readTask(folder);
const store = openTaskStore(folder);
for (let batch = Number(first); ; batch++) {
  const rows = Array.from({ length: 1 + (batch % 7) }, (_, i) => {
    return JSON.stringify({
      body: `new text ${i} of batch ${batch} ${"x".repeat((batch * 997) % 20_000)}`,
      queue: "a",
    });
  });
  const file = join(folder, "batch.jsonl");
  writeFileSync(file, `${rows.join("\n")}\n`);
  await addData(task, folder, file, store, { part: batch % 2 === 0 ? "dev" : "train", from: `batch ${batch}` });
  say(String(batch));
}
