import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { random } from "../../src/base/random.ts";
import { type Known } from "../../src/stats/estimate.ts";
import { theilSen } from "../../src/stats/theil-sen.ts";
import type { MemoryTold } from "../../src/workbench/memory/watch.ts";
import { madeText, writeMadePack } from "../made-pack.ts";
import { asked, memoryOf, serving, tellsOfMemory } from "../process.ts";
import { scratch } from "../scratch.ts";
import { bare, main, root } from "../way/whittle.ts";

/**
 * Whether memory grows over a long run. The bound is on the slope of the resident set over the later half of the answers: heaps
 * and arenas fill up in the first half, and after that nothing is left to be filled. In full the slope is at most 500 bytes an
 * answer, where 155 were seen; the short run is judged while heaps still fill, and
 * finds what is above 16,000 bytes an answer. The lower end of the interval is held against the bound, so that chance alone rarely fails.
 */
const inFull = process.env.WHITTLE_SOAK === "1";
const ANSWERS = inFull ? 50_000 : 1600;
const MOST_GROWTH = inFull ? 500 : 16_000;
const LEAK = 4 * MOST_GROWTH;
const MEMORY = 230;
const AT_ONCE = 4;
const TEXTS = 8;

const folder = scratch("for all");
let pack: string;
beforeAll(() => {
  pack = join(folder(), "made.whittle");
  writeMadePack(pack, 20_000);
});

/** Lengths of texts as they come: most short, one in fifty of a few thousand characters. */
function drawn(draw: ReturnType<typeof random>): string {
  return madeText(draw, draw.below(50) === 0 ? 500 + draw.below(2500) : 5 + draw.below(300));
}

async function askAll(url: string, answers: number): Promise<MemoryTold> {
  const draw = random(1, "soak/memory");
  let left = answers / TEXTS;
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const { status } = await asked(url, { texts: Array.from({ length: TEXTS }, () => drawn(draw)) });
      expect(status).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const { memory } = (await (await fetch(`${url}/health`)).json()) as { memory: MemoryTold };
  expect(memory.answered).toBe(answers);
  return memory;
}

/** The figures of a run, for docs/soak.md: what a passed test alone does not say. */
const figures = (peak: number, growth: Known): string =>
  `${(peak / 1e6).toFixed(0)} MB at most, ${growth.value.toFixed(0)} bytes an answer (${growth.low.toFixed(0)} to ${growth.high.toFixed(0)})`;

const perAnswer = (memory: MemoryTold): Known => {
  const { low, value, high, ...rest } = memory.growth as Known;
  return { ...rest, low: low / 1000, value: value / 1000, high: high / 1000 };
};

describe("memory over a long run", { timeout: inFull ? 40 * 60_000 : 120_000 }, () => {
  it(`whittle serve does not grow over ${ANSWERS} answers, and stays within what it was given`, async ({
    annotate,
  }) => {
    const { child, url } = await serving([main, "serve", pack, "--port", "0", "--memory", `${MEMORY}MB`, "--json"]);
    const memory = await askAll(url, ANSWERS);
    await annotate(figures(memory.peak_bytes, perAnswer(memory)));
    expect(perAnswer(memory).low).toBeLessThan(MOST_GROWTH);
    expect(memory.peak_bytes).toBeLessThan(MEMORY * 1e6);
    if (tellsOfMemory) expect(memoryOf(child, "VmHWM")).toBeLessThan(MEMORY * 1e6);
  });

  it("a leak of four times the bound is found", async ({ annotate }) => {
    const { url } = await serving([join(root, "test/soak/serving.mjs"), pack, String(LEAK)]);
    const memory = await askAll(url, ANSWERS);
    const { low, value } = perAnswer(memory);
    await annotate(figures(memory.peak_bytes, perAnswer(memory)));
    expect(low).toBeGreaterThan(MOST_GROWTH);
    expect(value).toBeGreaterThan(LEAK / 2);
  });

  it.runIf(tellsOfMemory)(
    "whittle predict does not grow over a stream, and stays within what it was given",
    async ({ annotate }) => {
      const child = spawn(process.execPath, [main, "predict", pack, "--quiet", "--memory", `${MEMORY}MB`], {
        stdio: ["pipe", "pipe", "inherit"],
        env: bare(),
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      let answered = 0;
      child.stdout.on("data", (piece: Buffer) => (answered += piece.toString().split("\n").length - 1));
      const draw = random(1, "soak/memory");
      const [at, resident]: [number[], number[]] = [[], []];
      const batch = Math.max(TEXTS, ANSWERS / 200);
      for (let sent = batch; sent <= ANSWERS; sent += batch) {
        child.stdin.write(Array.from({ length: batch }, () => `${JSON.stringify({ text: drawn(draw) })}\n`).join(""));
        while (answered < sent) await once(child.stdout, "data");
        at.push(answered);
        resident.push(memoryOf(child, "VmRSS"));
      }
      const half = at.findIndex((n) => 2 * n >= ANSWERS);
      const growth = theilSen(at.slice(half), resident.slice(half)) as Known;
      const peak = memoryOf(child, "VmHWM");
      await annotate(figures(peak, growth));
      child.stdin.end();
      expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
      expect(growth.low).toBeLessThan(MOST_GROWTH);
      expect(peak).toBeLessThan(MEMORY * 1e6);
    },
  );
});
