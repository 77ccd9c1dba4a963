/** Times single predictions as a user's program would: single.mjs PACK TEXTS.jsonl COUNT -> JSON array of milliseconds. */
import { readFileSync } from "node:fs";
import { open } from "../../dist/index.js";

const [pack, file, count] = process.argv.slice(2);
const texts = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line).text);
const model = await open(pack);
const warmUp = 500;
for (const text of texts.slice(0, warmUp)) await model.predict(text);
const times = [];
for (const text of texts.slice(warmUp, warmUp + Number(count))) {
  const began = performance.now();
  await model.predict(text);
  times.push(performance.now() - began);
}
await model.close();
console.log(JSON.stringify(times));
