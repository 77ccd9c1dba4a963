import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../../src/base/random.ts";
import { draftTask, writeTask } from "../../src/stages/task/index.ts";
import { dataVersions, noteFound } from "../../src/workbench/data.ts";
import { openTaskStore } from "../../src/workbench/open-store.ts";
import { killed } from "./victim.ts";

const kills = process.env["WHITTLE_SOAK"] === "1" ? 60 : 6;
const victim = fileURLToPath(new URL("./adding.mjs", import.meta.url));
const built = existsSync(fileURLToPath(new URL("../../dist/workbench/data.js", import.meta.url)));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-adding-"));
  const rows = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ body: `own text ${i}`, queue: i % 2 ? "a" : "b" }),
  );
  writeFileSync(join(folder, "own.jsonl"), `${rows.join("\n")}\n`);
  const data = { train: ["own.jsonl"], text: "body", label: "queue" };
  writeTask(folder, draftTask({ name: "t", kind: "classify", data }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows of each batch that the added files hold; a line that is not whole would not parse. */
function batches(): Map<number, number> {
  const rows = new Map<number, number>();
  for (const file of ["added-dev.jsonl", "added-train.jsonl"].filter((name) => existsSync(join(folder, name)))) {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text.endsWith("\n")).toBe(true);
    for (const line of text.trimEnd().split("\n")) {
      const { body } = JSON.parse(line) as { body: string };
      const batch = Number(/of batch (\d+)/.exec(body)?.[1]);
      rows.set(batch, (rows.get(batch) ?? 0) + 1);
    }
  }
  return rows;
}

describe("kill -9 during data add", () => {
  it(
    `${kills} times: each batch is there whole or not at all, and what was acknowledged is there with its version`,
    { timeout: 600_000 },
    async ({ skip }) => {
      if (!built) skip("there is no build to kill: run npm run build");
      const draw = random(2026, "kills of data add");
      const acknowledged: number[] = [];
      let next = 0;
      for (let kill = 0; kill < kills; kill++) {
        const said = await killed(victim, folder, next, 1 + draw.below(4), 40 * draw.uniform());
        acknowledged.push(...said);
        const held = batches();
        for (const [batch, rows] of held) expect(rows, `batch ${batch}`).toBe(1 + (batch % 7));
        for (const batch of acknowledged) expect(held.has(batch), `batch ${batch} was acknowledged`).toBe(true);
        const last = Math.max(-1, ...acknowledged);
        // One more may have been written in the moment before its line.
        expect([...held.keys()].every((batch) => batch <= last + 1)).toBe(true);
        next = Math.max(last, ...held.keys()) + 1;

        const store = openTaskStore(folder);
        const known = new Set(dataVersions(store).map(({ from }) => from));
        for (const batch of acknowledged) expect(known.has(`batch ${batch}`)).toBe(true);
        noteFound(folder, store);
        store.close();
        expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      }
      expect(acknowledged.length).toBeGreaterThan(kills / 2);
    },
  );
});
