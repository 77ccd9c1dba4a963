import { Command } from "commander";
import { writeWhole } from "../../../base/files.ts";
import { Fault } from "../../../base/fault.ts";
import type { CheckLine, CheckReport } from "../../../record/check.ts";
import { readTask } from "../../../stages/task/index.ts";
import { check } from "../../../workbench/gate/check.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { act, examples } from "../action.ts";
import { annotations } from "../ci/annotations.ts";
import { junit } from "../ci/junit.ts";
import { markdown } from "../ci/markdown.ts";
import { change, headline, reason, slicesWorthTelling } from "../ci/words.ts";
import { HELD, NOT_HELD } from "../exit.ts";
import { columns, counted } from "../figures.ts";
import { flag, jsonFlag, quietFlag, several } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly pack?: string;
  readonly accepted?: string;
  readonly base?: string;
  readonly data?: readonly string[];
  readonly junit?: string;
  readonly markdown?: string;
  readonly annotations?: boolean;
  readonly strict?: boolean;
}

export function checkCommand(): Command {
  return new Command("check")
    .description("the gate: a pack against the accepted one, on the same rows")
    .argument("[dir]", "the task's folder", ".")
    .addOption(flag("--pack <file>", "head (the pack in the folder when not given)"))
    .addOption(flag("--accepted <file>", "what head is held against (accepted.json in the folder when not given)"))
    .addOption(flag("--base <file>", "the accepted pack itself, so that latency can be compared"))
    .addOption(flag("--data <file>", "labelled rows that came later; may be given several times").argParser(several))
    .addOption(flag("--junit <file>", "write the findings as JUnit XML"))
    .addOption(flag("--markdown <file>", "write them as Markdown, for a pull request"))
    .addOption(flag("--annotations", "print them as annotations for GitHub Actions"))
    .addOption(flag("--strict", "too small to tell fails too"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText(
      "after",
      `\nExit codes: 0 held, 100 broken (with --strict also too small to tell), 1 a fault, 2 usage.\n` +
        examples("whittle check tickets", "whittle check tickets --data fresh.jsonl --junit check.xml --annotations"),
    )
    .action(act<[string], Options>(run));
}

async function run(terminal: Terminal, options: Options, dir: string): Promise<number> {
  const { pack, accepted, base, data = [], strict = false } = options;
  const { progress, signal } = terminal;
  const task = readTask(dir);
  const store = storeIn(dir);
  try {
    const report = await check(task, dir, { store, pack, accepted, base, data, progress, signal });
    if (options.junit !== undefined) writeWhole(options.junit, junit(report, strict));
    if (options.markdown !== undefined) writeWhole(options.markdown, markdown(report));
    if (terminal.json) terminal.printJson(report);
    else print(terminal, report);
    if (options.annotations === true && !terminal.json) for (const line of annotations(report)) terminal.print(line);
    const fails = report.verdict === "broken" || (strict && report.verdict !== "held");
    return fails ? NOT_HELD : HELD;
  } finally {
    store?.close();
  }
}

/** A fresh clone has no store, and needs none. */
function storeIn(dir: string): ReturnType<typeof openTaskStore> | undefined {
  try {
    return openTaskStore(dir, "read");
  } catch (error) {
    if (error instanceof Fault && error.code === "store/none") return undefined;
    throw error;
  }
}

function print(terminal: Terminal, report: CheckReport): void {
  const { style } = terminal;
  const colours = { held: "green", broken: "red", "too small to tell": "yellow" } as const;
  terminal.print(style(["bold", colours[report.verdict]], headline(report)));
  const { base, head, rows, lines, slices } = report;
  terminal.print(
    `accepted ${base.pack.slice(0, 12)} (${base.rung} ${base.precision}), head ${head.pack.slice(0, 12)} (${head.rung} ${head.precision})`,
  );
  terminal.print("");
  const { broken, held, small } = slicesWorthTelling(slices);
  for (const line of columns([...lines, ...broken].map(cells))) terminal.print(line);
  if (slices.length > 0) {
    terminal.print(
      `${counted(slices.length, "slice")}: ${held} held, ${broken.length} broken, ${small} too small to tell`,
    );
  }
  if (rows.unknown > 0) terminal.print(`${counted(rows.unknown, "row")} without an answer of the accepted candidate`);
  if (rows.refused === 0) return;
  terminal.print(style("yellow", `${counted(rows.refused, "row")} refused`));
  for (const { where, why } of rows.refusals.slice(0, 5)) terminal.print(`  ${where}: ${why}`);
}

function cells(line: CheckLine): string[] {
  return [line.name, line.verdict, change(line), reason(line)];
}
