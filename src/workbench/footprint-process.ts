/** The process behind footprint.ts: opens a pack, answers texts one by one, and prints what that took. */
import { text } from "node:stream/consumers";
import { peakResidentBytes } from "../base/resident.ts";
import { readPack } from "../packfile/read.ts";
import { openPredictor } from "../predict/predictor.ts";
import type { FootprintAnswer, FootprintQuestion } from "./footprint.ts";
import { openEngine } from "./open.ts";

const WARM_UP = 50;

const question = JSON.parse(await text(process.stdin)) as FootprintQuestion;
const engine = openEngine(question.threads);
const predictor = await openPredictor(readPack(question.pack).parts, engine, {
  thread: "here",
  threads: question.threads,
  // What it makes of a value takes as long whatever the key.
  secret: "measuring",
});
const milliseconds: number[] = [];
const faults: unknown[] = [];
const run = async (input: string): Promise<number> => {
  const began = performance.now();
  // A text that the model refuses is answered too, and its time counts.
  await predictor.predict(input).catch((fault: unknown) => faults.push(fault));
  return performance.now() - began;
};
for (const input of question.texts.slice(0, WARM_UP)) await run(input);
for (const input of question.texts) milliseconds.push(await run(input));
await predictor.close();
const answer: FootprintAnswer = { milliseconds, peakBytes: peakResidentBytes() };
process.stdout.write(JSON.stringify(answer));
