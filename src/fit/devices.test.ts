import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fault } from "../base/fault.ts";
import { deviceNamed, devices, parseMemory } from "./devices.ts";
import { caught } from "../../test/caught.ts";

describe("device profiles", () => {
  it("have names of their own, memory that they do not overdraw, a source and a date", () => {
    expect(new Set(devices.map((d) => d.name)).size).toBe(devices.length);
    for (const { name, memory, usable, source, date } of devices) {
      expect(usable, name).toBeGreaterThan(0);
      expect(usable, name).toBeLessThanOrEqual(memory);
      expect(source.length, name).toBeGreaterThan(20);
      expect(date, name).toMatch(/^20\d\d-\d\d/);
    }
  });

  it("stand in docs/plan.md with their numbers and sources", () => {
    const page = readFileSync(new URL("../../docs/plan.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([\w-]+)` +\|(.*)\|$/gm)].map((m) => [
      m[1],
      ...m[2].split("|").map((c) => c.trim()),
    ]);
    const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
    expect(rows).toEqual(
      devices.map((d) => [d.name, gibibytes(d.memory), gibibytes(d.usable), d.basis, d.source, d.date]),
    );
  });

  it("are found by name, and a wrong name is told the nearest", () => {
    expect(deviceNamed("Raspberry-Pi-5-8GB").memory).toBe(8 * 2 ** 30);
    expect(caught(() => deviceNamed("raspbery-pi-5-8gb")).remedy).toMatch(/did you mean raspberry-pi-5-8gb\?/);
    expect(caught(() => deviceNamed("iphone")).remedy).toMatch(/iphone-4gb, iphone-6gb, iphone-8gb/);
    expect(caught(() => deviceNamed("rasberry-pi-5")).remedy).toMatch(
      /raspberry-pi-5-4gb, raspberry-pi-5-8gb, raspberry-pi-5-16gb/,
    );
    expect(caught(() => deviceNamed("zx81")).remedy).toMatch(/plan --devices/);
  });
});

describe("an amount of memory", () => {
  it("is read with its unit", () => {
    const amounts = {
      "4GB": 4e9,
      "512 MiB": 512 * 2 ** 20,
      "1.5g": 1.5e9,
      "2Gi": 2 ** 31,
      "100kb": 1e5,
    };
    for (const [text, bytes] of Object.entries(amounts)) expect(parseMemory(text), text).toBe(bytes);
  });

  it("is a positive whole number of bytes or a fault, whatever is written", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom("0GB", "4", "-1GB", "4 GBit", "", "1e400", "99999999TB")),
        (text) => {
          try {
            expect(parseMemory(text)).toBeGreaterThan(0);
          } catch (error) {
            expect((error as Fault).code).toBe("fit/memory");
          }
        },
      ),
    );
  });
});
