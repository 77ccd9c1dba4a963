import { Command } from "commander";
import { availableParallelism } from "node:os";
import { printBytes } from "../../../base/print.ts";
import { evaluatePack, type PackEvaluation } from "../../../workbench/evaluate.ts";
import { open } from "../../../workbench/open.ts";
import { act, examples } from "../action.ts";
import { columns, counted, interval, milliseconds } from "../figures.ts";
import { flag, jsonFlag, quietFlag, threadsFlag } from "../flags.ts";
import { receiptFlag, type ReceiptFlag, requiredReceipt } from "../receipt-flag.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ReceiptFlag {
  readonly data: string;
  readonly text?: string;
  readonly label?: string;
  readonly threads?: number;
}

export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("quality, slices, latency, size and memory of a pack on a labelled file")
    .argument("<pack>", "the pack, a .whittle file")
    .addOption(flag("--data <file>", "labelled rows, CSV, JSONL or Parquet").makeOptionMandatory())
    .addOption(flag("--text <column>", "the column of the text (the pack's own when not given)"))
    .addOption(flag("--label <column>", "the column of the label (the pack's own when not given)"))
    .addOption(threadsFlag("threads that answering may use; latency is measured with one"))
    .addOption(receiptFlag())
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle evaluate tickets/tickets.whittle --data more.jsonl --json"))
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, options: Options, path: string): Promise<void> {
  const { data, text, label, threads = availableParallelism() } = options;
  const pack = await open(path, { threads, ...requiredReceipt(options) });
  try {
    const { progress, signal } = terminal;
    const evaluation = await evaluatePack(pack, path, data, { text, label, threads: 1, progress, signal });
    if (terminal.json) terminal.printJson(evaluation);
    else print(terminal, data, evaluation);
  } finally {
    await pack.close();
  }
}

const SHOWN_SLICES = 30;

function print(terminal: Terminal, data: string, told: PackEvaluation): void {
  const { style } = terminal;
  terminal.print(`${style("bold", told.task)} on ${data}: ${counted(told.n, "row")} scored, ${told.unscored} unscored`);
  for (const { where, why, code } of told.refused.slice(0, 5)) terminal.print(`  refused ${where}: ${why} (${code})`);
  terminal.print("");
  const figures = Object.entries(told.quality);
  const apart = told.without_overlap;
  terminal.print(lines(["figure", "value", ...(apart === null ? [] : ["without trained rows"])], style));
  for (const [name, figure] of figures) {
    terminal.print(lines([name, interval(figure), ...(apart === null ? [] : [interval(apart.quality[name])])]));
  }
  if (told.overlap > 0) {
    terminal.print(
      style(
        "yellow",
        `${counted(told.overlap, "row")} of these the model was trained on: believe the figures without them.`,
      ),
    );
  }
  terminal.print("");
  const { p50, p95, p99 } = told.latency_ms;
  const memory = told.peak_memory_bytes === null ? "unknown" : printBytes(told.peak_memory_bytes);
  terminal.print(`latency  p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`);
  terminal.print(`size     ${printBytes(told.size_bytes)}, peak memory ${memory}`);
  terminal.print("");
  const rows = told.slices.slice(0, SHOWN_SLICES).map(({ name, n, quality }) => {
    const [metric, figure] = Object.entries(quality)[0] ?? ["", undefined];
    return [name, String(n), `${metric} ${interval(figure)}`];
  });
  for (const line of columns([["slice", "rows", "figure"], ...rows])) terminal.print(line);
  if (told.slices.length > SHOWN_SLICES)
    terminal.print(`and ${told.slices.length - SHOWN_SLICES} more (--json has them all)`);
  if (told.confusions.length === 0) return;
  terminal.print("");
  const confused = told.confusions
    .slice(0, 8)
    .map(({ truth, predicted, n }) => [String(n), `${truth} taken for ${predicted}`]);
  for (const line of columns(confused)) terminal.print(line);
}

function lines(cells: readonly string[], style?: Terminal["style"]): string {
  const line = cells.map((cell, i) => (i < cells.length - 1 ? cell.padEnd(i === 0 ? 10 : 24) : cell)).join(" ");
  return style === undefined ? line : style("bold", line);
}
