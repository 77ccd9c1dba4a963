import type { Metric } from "./metrics.ts";

const factors: Readonly<Record<Metric["unit"], Readonly<Record<string, number>>>> = {
  share: { "": 1, "%": 0.01 },
  ms: { "": 1, ms: 1, s: 1000 },
  bytes: { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 },
};

/** How a limit is written, by unit; for remedies. */
export const limitForms: Readonly<Record<Metric["unit"], string>> = {
  share: "a share between 0 and 1, such as 0.85",
  ms: "milliseconds, such as 50",
  bytes: "bytes, or a size such as 20MB or 3.5 MiB",
};

/** A limit as people write it (0.85, "85 %", "20MB", "3.5 MiB"); null where it is none in this unit. */
export function parseLimit(written: string | number, unit: Metric["unit"]): number | null {
  const parts = /^([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*([a-z%]*)$/i.exec(String(written).trim());
  if (parts === null) return null;
  const byUnit = factors[unit];
  const name = parts[2].toLowerCase();
  if (!Object.hasOwn(byUnit, name)) return null;
  const limit = name === "%" ? Number(parts[1]) / 100 : Number(parts[1]) * byUnit[name];
  return Number.isFinite(limit) && (unit !== "share" || limit <= 1) ? limit : null;
}

/** The limit as one would write it. Law: parseLimit(printLimit(x, unit), unit) = x. */
export function printLimit(limit: number, unit: Metric["unit"]): string | number {
  if (unit !== "bytes") return limit;
  for (const [name, factor] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const) {
    if (limit >= factor && Number.isInteger((limit / factor) * 10)) return `${limit / factor}${name}`;
  }
  return limit;
}
