import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const shared = process.env["WHITTLE_SHARED"] ?? join(import.meta.dirname, "../../../shared");
const mutations = process.env["WHITTLE_SOAK"] === "1" ? 100_000 : 10_000;
const files = [
  "magika/fast_v2_1/model.onnx",
  "magika/standard_v3_3/model.onnx",
  "nnsplit/en/model.onnx",
  "squeezenet-fp16/SqueezeNet_fp16.onnx",
].map((file) => join(shared, "models", file));

interface Told {
  readonly read: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly unknown[];
  readonly measured: number;
  readonly worst: { readonly times: number };
  readonly slowest: { readonly ms: number };
}

describe.skipIf(!files.every((file) => existsSync(file)))("spoilt models of others", () => {
  it(
    `${mutations} times: read or refused with a fault, in memory of no more than 4 times the file`,
    { timeout: mutations * 60 },
    () => {
      const child = join(import.meta.dirname, "wire-mutations.mjs");
      const flags = ["--expose-gc", "--max-semi-space-size=128"];
      const said = execFileSync(process.execPath, [...flags, child, "2026", String(mutations), ...files], {
        encoding: "utf8",
      });
      const { read, refused, failures, measured, worst, slowest } = JSON.parse(said) as Told;
      expect(failures).toEqual([]);
      const faults = Object.values(refused).reduce((sum, n) => sum + n, 0);
      expect(read + faults).toBe(mutations);
      expect(Object.keys(refused).every((code) => /^(graph|tensor)\//.test(code))).toBe(true);
      expect(faults).toBeGreaterThan(mutations / 4);
      expect(measured).toBeGreaterThan(mutations / 100);
      expect(worst).toSatisfy(({ times }: Told["worst"]) => times <= 4);
      // Nothing that a file says makes a read long.
      expect(slowest).toSatisfy(({ ms }: Told["slowest"]) => ms < 5000);
    },
  );
});
