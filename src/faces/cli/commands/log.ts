import { Command } from "commander";
import { printBytes } from "../../../base/print.ts";
import { type KeptPack, type KeptRun, packs, runs } from "../../../workbench/history/history.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { act, examples } from "../action.ts";
import { columns, interval, milliseconds } from "../figures.ts";
import { flag, jsonFlag, quietFlag } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly steps?: boolean;
}

export function logCommand(): Command {
  return new Command("log")
    .description("the runs of a task: what was measured and packed, newest last")
    .argument("[dir]", "the task's folder", ".")
    .addOption(flag("--steps", "every step that was remembered or forgotten instead"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle log tickets", "whittle log tickets --steps --json"))
    .action(
      act<[string], Options>(async (terminal, { steps }, dir) => {
        const store = openTaskStore(dir, "read");
        try {
          if (steps === true) {
            const log = store.log();
            if (terminal.json) terminal.printJson({ log });
            else
              printTable(
                terminal,
                log.map(({ at, what, stage, key }) => [at, what, stage, key.slice(0, 16)]),
              );
            return;
          }
          const told = { runs: runs(store), packs: packs(store) };
          if (terminal.json) terminal.printJson(told);
          else printRuns(terminal, told);
        } finally {
          store.close();
        }
      }),
    );
}

function printRuns(terminal: Terminal, told: { runs: readonly KeptRun[]; packs: readonly KeptPack[] }): void {
  const metrics = [...new Set(told.runs.map((run) => run.metric))].join(" or ");
  const lines = [
    ...told.runs.map((run) => ({ at: run.at, cells: runCells(run) })),
    ...told.packs.map((pack) => ({ at: pack.at, cells: packCells(pack) })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const head = ["run", "when (UTC)", "rung", "at", "judged on", metrics || "figure", "p95", "size", "bar"];
  printTable(terminal, [head, ...lines.map(({ cells }) => cells)]);
}

function runCells(run: KeptRun): string[] {
  const { key, at, rung, precision, on, n, figure, latency_p95_ms, size_bytes, held } = run;
  const bar = held ? "✓ held" : "✗ not held";
  return [
    key.slice(0, 8),
    when(at),
    rung,
    precision,
    `${on}, ${n} rows`,
    interval(figure),
    milliseconds(latency_p95_ms),
    printBytes(size_bytes),
    bar,
  ];
}

function packCells({ at, rung, precision, test, held, testOpenings }: KeptPack): string[] {
  const [figure] = test === null ? [] : Object.values(test);
  const judged = test === null ? "no test part" : `test, opening ${testOpenings}`;
  return [
    "packed",
    when(at),
    rung,
    precision,
    judged,
    figure === undefined ? "" : interval(figure),
    "",
    "",
    held ? "✓ held" : "✗ not held",
  ];
}

function printTable(terminal: Terminal, rows: readonly (readonly string[])[]): void {
  for (const line of columns(rows)) terminal.print(line);
}

export function when(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}
