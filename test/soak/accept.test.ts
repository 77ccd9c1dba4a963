import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { readPack } from "../../src/packfile/read.ts";
import { acceptedSchema } from "../../src/record/accepted.ts";
import { openStore } from "../../src/store/sqlite/store.ts";
import { bare, csvOf, easyRows, main, whittle } from "../way/whittle.ts";

const kills = process.env.WHITTLE_SOAK === "1" ? 100 : 5;

let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "crash-"));
  writeFileSync(join(cwd, "rows.csv"), csvOf(easyRows(20)));
  await whittle(["init", "task", "--kind", "classify", "--from", "rows.csv", "--bar", "accuracy=0.2"], { cwd });
  const made = await whittle(["make", "task", "--rungs", "baseline", "--quiet"], { cwd });
  expect(made.code, made.err).toBe(0);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Starts a command and kills it after a moment, unless it has ended before; whether it had ended well. */
async function killed(args: readonly string[], moment: number): Promise<boolean> {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: bare(), stdio: "ignore" });
  const closed = once(child, "close");
  await Promise.race([closed, pause(moment)]);
  child.kill("SIGKILL");
  const [code] = (await closed) as [number | null];
  return code === 0;
}

describe("kill -9 while accepting and checking", () => {
  it(
    `${kills} times: accepted.json is the old one or the new one, and what was acknowledged is there`,
    { timeout: 600_000 },
    async () => {
      const draw = random(2026, "accept kills");
      const folder = join(cwd, "task");
      const began = performance.now();
      const first = await whittle(["accept", "task", "--by", "soak", "--why", "0", "--quiet"], { cwd });
      expect(first.code, first.err).toBe(0);
      // Somewhat longer than it takes here, so that some get to their end.
      const longest = 1.3 * (performance.now() - began);
      let acknowledged = 0;
      for (let kill = 1; kill <= kills; kill++) {
        const moment = longest * draw.uniform();
        const accept = ["accept", "task", "--by", "soak", "--why", String(kill)];
        if (await killed(accept, moment)) acknowledged = kill;
        const accepted = acceptedSchema.parse(JSON.parse(readFileSync(join(folder, "accepted.json"), "utf8")));
        expect([acknowledged, kill]).toContain(Number(accepted.why));
        acknowledged = Number(accepted.why);
        const kept = join(folder, ".whittle", "accepted", `${accepted.pack.hash}.whittle`);
        expect(readPack(kept).hash).toBe(accepted.pack.hash);
        await killed(["check", "task"], moment);
        openStore(folder, { mode: "write" }).close();
        expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      }
      expect((await whittle(["check", "task", "--quiet"], { cwd })).code).toBe(0);
    },
  );
});
