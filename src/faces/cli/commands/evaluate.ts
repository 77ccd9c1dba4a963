import { Command } from "commander";
import { availableParallelism } from "node:os";
import { printBytes } from "../../../base/print.ts";
import type { OffsetUnit } from "../../../record/task.ts";
import { UNSEEN } from "../../../stages/evaluate/index.ts";
import { evaluatePack, type PackEvaluation } from "../../../workbench/evaluate.ts";
import { open } from "../../../workbench/open.ts";
import { act, examples } from "../action.ts";
import { columns, counted, interval, milliseconds } from "../figures.ts";
import { flag, jsonFlag, offsetsFlag, quietFlag, refuseOffsets, threadsFlag } from "../flags.ts";
import { confusionWords, sizeOf } from "../quality-view.ts";
import { receiptFlag, type ReceiptFlag, requiredReceipt } from "../receipt-flag.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ReceiptFlag {
  readonly data: string;
  readonly text?: string;
  readonly label?: string;
  readonly offsets?: OffsetUnit;
  readonly threads?: number;
}

export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("quality, slices, latency, size and memory of a pack on a labelled file")
    .argument("<pack>", "the pack, a .whittle file")
    .addOption(flag("--data <file>", "labelled rows, CSV, JSONL or Parquet").makeOptionMandatory())
    .addOption(flag("--text <column>", "the column of the text (the pack's own when not given)"))
    .addOption(flag("--label <column>", "the column of the label (the pack's own when not given)"))
    .addOption(offsetsFlag("what span offsets count (utf16 when not given); for kinds with spans"))
    .addOption(threadsFlag("threads that answering may use; latency is measured with one"))
    .addOption(receiptFlag())
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle evaluate tickets/tickets.whittle --data more.jsonl --json"))
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, options: Options, path: string): Promise<void> {
  const { data, text, label, offsets, threads = availableParallelism() } = options;
  const pack = await open(path, { threads, secret: UNSEEN, ...requiredReceipt(options) });
  try {
    const { progress, signal } = terminal;
    refuseOffsets(offsets, pack.manifest.kind);
    const evaluation = await evaluatePack(pack, path, data, { text, label, offsets, threads: 1, progress, signal });
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
  const apart = told.without_overlap;
  const head = ["figure", "value", ...(apart === null ? [] : ["without trained rows"])];
  const figures = Object.entries(told.quality).map(([name, figure]) => [
    name,
    interval(figure),
    ...(apart === null ? [] : [interval(apart.quality[name])]),
  ]);
  columns([head, ...figures]).forEach((line, i) => terminal.print(i === 0 ? style("bold", line) : line));
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
    return [name, sizeOf({ name, n }, told.kind), `${metric} ${interval(figure)}`];
  });
  for (const line of columns([["slice", "of", "figure"], ...rows])) terminal.print(line);
  if (told.slices.length > SHOWN_SLICES)
    terminal.print(`and ${told.slices.length - SHOWN_SLICES} more (--json has them all)`);
  if (told.confusions.length === 0) return;
  terminal.print("");
  const confused = told.confusions.slice(0, 8).map((pair) => [String(pair.n), confusionWords(pair)]);
  for (const line of columns(confused)) terminal.print(line);
}
