import type { Measured } from "../../record/decision.ts";
import { printBytes } from "../../base/print.ts";
import { interval, milliseconds, point } from "./figures.ts";
import type { Terminal } from "./terminal.ts";

const widths = [9, 6, 21, 9, 9, 9, 9] as const;

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i < widths.length ? cell.padEnd(widths[i]) : cell)).join(" ");
}

export function ladderHead(terminal: Terminal): string {
  return terminal.style("bold", row(["rung", "at", "accuracy", "macro-F1", "p95", "size", "memory", "bar"]));
}

/** One candidate of the ladder; widths are fixed, as rows are printed when they become known. */
export function ladderRow(
  terminal: Terminal,
  { recipe, precision, evaluation, footprint, verdicts, held }: Measured,
): string {
  const { accuracy, macro_f1 } = evaluation.quality;
  const memory = footprint.peak_memory_bytes;
  const missed = verdicts.filter((v) => v.verdict !== "held").map((v) => v.line.split(" ", 1)[0]);
  const bar = held ? terminal.style("green", "✓ held") : terminal.style("red", `✗ ${[...new Set(missed)].join(", ")}`);
  return row([
    recipe.rung,
    precision,
    interval(accuracy),
    point(macro_f1),
    milliseconds(footprint.latency_ms.p95),
    printBytes(footprint.size_bytes),
    memory === null ? "–" : printBytes(memory),
    bar,
  ]);
}
