/**
 * The victim of the crash test: remembers without end and prints the number of each step once the store has acknowledged
 * it. Usage: remembering.ts FOLDER SEED
 */
import { writeSync } from "node:fs";
import { random } from "../../src/base/random.ts";
import { openStore } from "../../src/store/sqlite/store.ts";

const [folder, seed] = process.argv.slice(2);
const draw = random(seed, "victim");
const say = (line: string): void => void writeSync(1, `${line}\n`);

say("opening");
const store = openStore(folder, { mode: "write" });
for (let step = store.list("step").length; ; step++) {
  const bytes = new Uint8Array(1 + draw.below(60_000)).fill(step).map((b, i) => b ^ (i & 255));
  const blob = store.blobs.put(bytes);
  store.remember("checkpoint", "running", { step, blob });
  store.remember("step", String(step), { step, blob, bytes: bytes.length, words: "x".repeat(draw.below(20_000)) });
  store.forget("checkpoint", "running");
  say(String(step));
}
