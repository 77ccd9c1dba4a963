import type { Measured } from "../../record/decision.ts";
import type { KindName } from "../../record/task.ts";
import { printBytes } from "../../base/print.ts";
import { interval, milliseconds, point } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

const widths = [9, 6, 21, 9, 9, 9, 9] as const;

/** The two figures of a kind that ladders are drawn by, with what their columns are called. */
const shown: Readonly<Record<KindName, readonly (readonly [metric: string, title: string])[]>> = {
  classify: [
    ["accuracy", "accuracy"],
    ["macro_f1", "macro-F1"],
  ],
  extract: [
    ["span_f1", "span F1"],
    ["record_exact", "all right"],
  ],
  redact: [
    ["span_f1", "span F1"],
    ["leak_documents", "leaking"],
  ],
};

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i < widths.length ? cell.padEnd(widths[i]) : cell)).join(" ");
}

export function ladderHead(terminal: Terminal, kind: KindName): string {
  const titles = shown[kind].map(([, title]) => title);
  return terminal.style("bold", row(["rung", "at", ...titles, "p95", "size", "memory", "bar"]));
}

/** One candidate of the ladder; widths are fixed, as rows are printed when they become known. */
export function ladderRow(
  terminal: Terminal,
  kind: KindName,
  { recipe, precision, evaluation, footprint, verdicts, held }: Measured,
): string {
  const [first, second] = shown[kind].map(([metric]) => evaluation.quality[metric]);
  const memory = footprint.peak_memory_bytes;
  const missed = verdicts.filter((v) => v.verdict !== "held").map((v) => v.line.split(" ", 1)[0]);
  const bar = held ? terminal.style("green", "✓ held") : terminal.style("red", `✗ ${[...new Set(missed)].join(", ")}`);
  return row([
    recipe.rung,
    precision,
    interval(first),
    point(second),
    milliseconds(footprint.latency_ms.p95),
    printBytes(footprint.size_bytes),
    memory === null ? "–" : printBytes(memory),
    bar,
  ]);
}
