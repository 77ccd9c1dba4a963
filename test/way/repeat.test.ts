import { spawn } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import type { LogLine } from "../../src/store/port.ts";
import { bare, emptyFolder, main, root, whittle } from "./whittle.ts";

/** Same in, same out; and what was stopped goes on, to the same bytes, without doing again what was done. */

const soak = process.env["WHITTLE_SOAK"] === "1";
const KILLS = soak ? 60 : 4;
/** The soak kills in the middle of epochs too: the bag leaves checkpoints. */
const rungs = soak ? "bag" : "baseline,linear";
/** Figures of this machine (time, memory) are asked for, and must leave no trace in the pack. */
const bar = "accuracy=0.6,latency_p95_ms=50,size_bytes=20MB,peak_memory_bytes=1GB";

/** Two folders that hold the same task under the same name. */
async function task(): Promise<string> {
  const cwd = emptyFolder();
  copyFileSync(join(root, "examples/tickets/tickets.csv"), join(cwd, "tickets.csv"));
  const init = await whittle(["init", "tickets", "--kind", "classify", "--from", "tickets.csv", "--bar", bar], { cwd });
  expect(init.code, init.err).toBe(0);
  return cwd;
}

const makeArgs = ["make", "tickets", "--rungs", rungs, "--quiet"];
const packOf = (cwd: string): Buffer => readFileSync(join(cwd, "tickets/tickets.whittle"));

async function made(cwd: string): Promise<Buffer> {
  const outcome = await whittle(makeArgs, { cwd });
  expect(outcome.code, outcome.err).toBe(0);
  return packOf(cwd);
}

/** Every step that was finished, as often as it was: training, quantising, answering and measuring are each done once. */
async function finished(cwd: string): Promise<string[]> {
  const { out } = await whittle(["log", "tickets", "--steps", "--json"], { cwd });
  const { log } = JSON.parse(out) as { log: LogLine[] };
  return log
    .filter(({ what, stage }) => what === "remembered" && stage !== "checkpoint")
    .map(({ stage, key }) => `${stage} ${key}`);
}

describe("the same seed", () => {
  it(
    "gives the same bytes of pack in two folders, and another seed gives others",
    { timeout: soak ? 900_000 : 180_000 },
    async () => {
      const [first, second] = [await task(), await task()];
      const pack = await made(first);
      expect(Buffer.compare(pack, await made(second)), "two folders").toBe(0);
      const other = await whittle([...makeArgs, "--seed", "2"], { cwd: second });
      expect(other.code, other.err).toBe(0);
      expect(Buffer.compare(pack, packOf(second)), "another seed").not.toBe(0);
    },
  );
});

describe("kill -9", () => {
  it(
    `at ${KILLS} seeded moments: make goes on to the same bytes and repeats nothing that was finished`,
    { timeout: soak ? 1_800_000 : 180_000 },
    async () => {
      const whole = await task();
      const began = performance.now();
      const pack = await made(whole);
      const takes = performance.now() - began;
      const steps = await finished(whole);

      const killed = await task();
      const moments = random(1, "kill -9");
      // A process needs a while before it does anything; a kill that falls later than the end meets a make that is done.
      const room = Math.max(600, (takes * 0.8) / KILLS);
      for (let i = 0; i < KILLS; i++) await killAfter(killed, 300 + moments.uniform() * room);
      expect(Buffer.compare(pack, await made(killed)), "the same pack").toBe(0);
      const after = await finished(killed);
      expect(new Set(after).size, "no step is finished twice").toBe(after.length);
      expect([...after].sort()).toEqual([...steps].sort());
    },
  );
});

async function killAfter(cwd: string, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [main, ...makeArgs], { cwd, env: bare(), stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await Promise.race([wait(milliseconds), ended]);
  child.kill("SIGKILL");
  await ended;
}
