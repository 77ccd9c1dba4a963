import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/base/hash.ts";
import { random } from "../../src/base/random.ts";
import { openStore } from "../../src/store/sqlite/store.ts";

const kills = process.env.WHITTLE_SOAK === "1" ? 300 : 30;
const victim = fileURLToPath(new URL("./remembering.ts", import.meta.url));

interface Step {
  readonly step: number;
  readonly blob: string;
  readonly bytes: number;
  readonly words: string;
}

describe("kill -9 at any moment", () => {
  it(
    `${kills} times: what was acknowledged is there, and nothing half-written is read`,
    { timeout: 10 * 60_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "crash-"));
      const draw = random(2026, "kills");
      let acknowledged = -1;
      let steps = 0;
      for (let kill = 0; kill < kills; kill++) {
        const child = spawn(process.execPath, ["--import", "tsx", victim, folder, String(kill)]);
        let said = "";
        let complained = "";
        child.stdout.on("data", (data: Buffer) => (said += data.toString()));
        child.stderr.on("data", (data: Buffer) => (complained += data.toString()));
        await Promise.race([once(child.stdout, "data"), once(child, "close")]);
        await pause(120 * draw.uniform());
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "close");
        expect(complained).toBe("");

        const numbers = said.split("\n").slice(1, -1).map(Number);
        acknowledged = Math.max(acknowledged, ...numbers);
        const store = openStore(folder, { mode: "write" });
        const list = store.list<Step>("step");
        // One step may have been kept in the moment between its commit and its line.
        expect([acknowledged + 1, acknowledged + 2]).toContain(list.length);
        acknowledged = list.length - 1;
        expect(list.map((r) => r.record.step)).toEqual(list.map((_, i) => i));
        for (const { record } of list.slice(steps)) expect(store.blobs.get(record.blob).length).toBe(record.bytes);
        steps = list.length;
        const running = store.recall<{ step: number; blob: string }>("checkpoint", "running");
        if (running !== undefined) {
          expect([steps - 1, steps]).toContain(running.step);
          expect(store.blobs.has(running.blob)).toBe(true);
        }
        store.close();
      }
      expect(steps).toBeGreaterThan(kills);
      const blobs = join(folder, ".whittle", "blobs");
      for (const prefix of readdirSync(blobs)) {
        for (const name of readdirSync(join(blobs, prefix))) {
          expect(sha256(readFileSync(join(blobs, prefix, name)))).toBe(name);
        }
      }
      rmSync(folder, { recursive: true, force: true });
    },
  );
});
