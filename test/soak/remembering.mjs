/**
 * The victim of the crash test, run from the build so that it starts quickly: remembers without end, writes a pack after
 * each step, and prints the number of a step once both have returned. Usage: remembering.mjs FOLDER SEED
 */
import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { random } from "../../dist/base/random.js";
import { writePack } from "../../dist/packfile/write.js";
import { openStore } from "../../dist/store/sqlite/store.js";

const [folder, seed] = process.argv.slice(2);
const draw = random(seed, "victim");
const say = (line) => writeSync(1, `${line}\n`);

say("opening");
const store = openStore(folder, { mode: "write" });
for (let step = store.list("step").length; ; step++) {
  const bytes = Uint8Array.from({ length: 1 + draw.below(60_000) }, (_, i) => step ^ i);
  const blob = store.blobs.put(bytes);
  store.remember("checkpoint", "running", { step, blob });
  store.remember("step", String(step), { step, blob, bytes: bytes.length, words: "x".repeat(draw.below(20_000)) });
  store.forget("checkpoint", "running");
  writePack(join(folder, "task.whittle"), [
    { name: "step.json", bytes: Buffer.from(String(step)) },
    { name: "model.bin", bytes },
  ]);
  say(String(step));
}
