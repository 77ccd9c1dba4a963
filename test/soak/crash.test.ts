import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../src/base/hash.ts";
import { random } from "../../src/base/random.ts";
import { readPack } from "../../src/packfile/read.ts";
import { openStore } from "../../src/store/sqlite/store.ts";
import { killed } from "./victim.ts";

const kills = process.env.WHITTLE_SOAK === "1" ? 300 : 30;
const victim = fileURLToPath(new URL("./remembering.mjs", import.meta.url));
const built = existsSync(fileURLToPath(new URL("../../dist/store/sqlite/store.js", import.meta.url)));

interface Step {
  readonly step: number;
  readonly blob: string;
  readonly bytes: number;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "crash-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("kill -9 at any moment", () => {
  it(
    `${kills} times: what was acknowledged is there, nothing half-written is read`,
    { timeout: 600_000 },
    async ({ skip }) => {
      if (!built) skip("there is no build to kill: run npm run build");
      const draw = random(2026, "kills");
      let steps = 0;
      let told = -1;
      for (let kill = 0; kill < kills; kill++) {
        // After "opening" alone, the kill meets the migration, the recovery of the last crash or the sweep.
        const said = await killed(victim, folder, kill, 1 + draw.below(4), 30 * draw.uniform());
        const acknowledged = said.length === 0 ? steps : said[said.length - 1] + 1;
        if (said.length > 0) told = said[said.length - 1];

        const store = openStore(folder, { mode: "write" });
        const list = store.list<Step>("step");
        // One more may have been kept in the moment between its commit and its line.
        expect([acknowledged, acknowledged + 1]).toContain(list.length);
        expect(list.map((r) => r.record.step)).toEqual(list.map((_, i) => i));
        for (const { record } of list.slice(steps)) expect(store.blobs.get(record.blob).length).toBe(record.bytes);
        steps = list.length;
        const running = store.recall<Step>("checkpoint", "running");
        if (running !== undefined) {
          expect([steps - 1, steps]).toContain(running.step);
          expect(store.blobs.has(running.blob)).toBe(true);
        }
        const pack = join(folder, "task.whittle");
        if (existsSync(pack)) {
          const packed = Number(new TextDecoder().decode(readPack(pack).parts.get("step.json")));
          // A step is told once its pack is written; kills in a row between the two leave a pack of some steps before.
          expect(packed).toBeGreaterThanOrEqual(told);
          expect(packed).toBeLessThan(steps);
        }
        expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
        store.close();
      }
      expect(steps).toBeGreaterThan(kills / 2);
      const blobs = join(folder, ".whittle", "blobs");
      for (const prefix of readdirSync(blobs)) {
        for (const name of readdirSync(join(blobs, prefix))) {
          expect(name).toMatch(/^[0-9a-f]{64}$/);
          expect(sha256(readFileSync(join(blobs, prefix, name)))).toBe(name);
        }
      }
    },
  );
});
