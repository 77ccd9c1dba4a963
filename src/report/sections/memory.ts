import { printBytes } from "../../base/print.ts";
import { figure, table } from "../figures.ts";
import { markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { nameOf } from "../words.ts";
import type { Section } from "./section.ts";

/** What a device must have: memory and time as measured, and the parts of the pack. */
export function memory({ ladder, chosen, made, task }: Reported): Section {
  const ms = { unit: "ms" } as const;
  const peak = (bytes: number | null): string =>
    bytes === null ? "undetermined: could not be measured here" : printBytes(bytes);
  const rows = ladder.map(({ recipe, precision, footprint: { latency_ms, size_bytes, peak_memory_bytes } }) => [
    nameOf({ recipe, precision }),
    printBytes(size_bytes),
    peak(peak_memory_bytes),
    figure(latency_ms.p50, ms),
    figure(latency_ms.p95, ms),
    figure(latency_ms.p99, ms),
  ]);
  const { latency_ms, size_bytes, peak_memory_bytes } = made.footprint;
  const body = markup`<p>Measured on ${made.machine}, in a process that does nothing but predict, one text after another, ${task.device.threads === 1 ? "on one thread" : `on ${task.device.threads} threads`}. The peak holds all of Node and the engine, not the model alone.</p>
${table({
  caption: "Size, peak resident memory and latency of single predictions; the last row is the pack itself",
  head: ["candidate", "size", "peak memory", "p50", "p95", "p99"],
  rows: [
    ...rows,
    [
      `the pack, ${nameOf(chosen)}`,
      printBytes(size_bytes),
      peak(peak_memory_bytes),
      figure(latency_ms.p50, ms),
      figure(latency_ms.p95, ms),
      figure(latency_ms.p99, ms),
    ],
  ],
  marked: rows.length,
})}
${table({
  caption: "Parts of the pack",
  head: ["part", "size", "SHA-256"],
  rows: made.parts.map(({ name, bytes, sha256 }) => [
    markup`<code>${name}</code>`,
    printBytes(bytes),
    markup`<code>${sha256.slice(0, 16)}</code>`,
  ]),
})}`;
  return { id: "memory", stage: "pack", title: "Memory, size and time", body };
}
