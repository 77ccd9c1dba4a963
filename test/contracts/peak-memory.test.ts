import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { root } from "../way/whittle.ts";

it("a process's peak is its own, whatever the one that started it held", () => {
  const held = Buffer.alloc(400e6, 1);
  const module = pathToFileURL(join(root, "dist/base/resident.js")).href;
  const script = `import { peakResidentBytes, residentBytes } from ${JSON.stringify(module)};
    console.log(JSON.stringify([residentBytes(), peakResidentBytes()]));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const [resident, peak] = JSON.parse(said) as [number, number];
  expect(peak).toBeGreaterThanOrEqual(0.98 * resident);
  expect(peak).toBeLessThan(held.length / 2);
});
