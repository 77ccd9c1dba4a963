import type { Option } from "commander";
import { Command } from "commander";
import { Fault } from "../../../base/fault.ts";
import type { AddedPart } from "../../../stages/data/added.ts";
import { addedParts } from "../../../stages/data/added.ts";
import { readTask } from "../../../stages/task/index.ts";
import type { Store } from "../../../store/port.ts";
import { addData, dataVersions } from "../../../workbench/data.ts";
import { measuredOf } from "../../../workbench/history/history.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { bestOfNewest, type LabelReport, labelReport } from "../../../workbench/doubts/suspects.ts";
import { thin, type Thin } from "../../../workbench/doubts/thin.ts";
import { act, examples } from "../action.ts";
import { printAdded, printCeiling, printSuspects, printThin, printVersions } from "../data-view.ts";
import { flag, jsonFlag, quietFlag, wholeNumber } from "../flags.ts";

export function dataCommand(): Command {
  return new Command("data")
    .description("the examples as they grow: add new inputs, see what is thin, look twice at labels")
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(suspectsCommand())
    .addHelpText("after", examples("whittle data add friday.jsonl --dir tickets", "whittle data list tickets"));
}

interface AddFlags {
  readonly dir?: string;
  readonly part: AddedPart;
  readonly text?: string;
  readonly label?: string;
  readonly from?: string;
}

const dirFlag = (): Option => flag("--dir <folder>", "the task's folder (this one when not given)");

function addCommand(): Command {
  return new Command("add")
    .description("add new inputs, with or without labels; texts that the task holds already are refused and listed")
    .argument("<file>", "CSV, JSONL or Parquet")
    .addOption(dirFlag())
    .addOption(flag("--part <part>", "judged on (dev) or trained on (train)").choices(addedParts).default("dev"))
    .addOption(flag("--text <column>", "the column of the text (the task's own when not given)"))
    .addOption(flag("--label <column>", "the column of the label (the task's own when not given)"))
    .addOption(flag("--from <words>", "where the rows came from (the file's name when not given)"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle data add friday.jsonl --dir tickets --from 'inbox, week 46'"))
    .action(
      act<[string], AddFlags>(async (terminal, { dir = ".", ...options }, file) => {
        const task = readTask(dir);
        const store = openTaskStore(dir);
        try {
          const added = await addData(task, dir, file, store, options);
          const thinning = thinOf(store, dir);
          if (terminal.json) terminal.printJson({ ...added, thin: thinning });
          else {
            printAdded(terminal, added, file, task.kind);
            printThin(terminal, thinning);
          }
        } finally {
          store.close();
        }
      }),
    );
}

function listCommand(): Command {
  return new Command("list")
    .description("versions of the added rows, slices too thin to judge, agreement, the likely ceiling")
    .argument("[dir]", "the task's folder", ".")
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle data list tickets", "whittle data list tickets --json"))
    .action(
      act<[string], object>(async (terminal, _, dir) => {
        readTask(dir);
        const store = openTaskStore(dir, "read");
        try {
          const versions = dataVersions(store);
          const thinning = thinOf(store, dir);
          const labels = labelsOf(store);
          if (terminal.json) {
            const { run, agreement = null, ceiling = null, suspects } = labels ?? {};
            terminal.printJson({
              versions,
              thin: thinning,
              judged_by: run?.key ?? null,
              agreement,
              ceiling,
              suspects: suspects?.length ?? null,
            });
            return;
          }
          printVersions(terminal, versions);
          printThin(terminal, thinning);
          if (labels !== null) printCeiling(terminal, labels);
        } finally {
          store.close();
        }
      }),
    );
}

interface SuspectFlags {
  readonly dir?: string;
  readonly most?: number;
}

const SHOWN = 20;

function suspectsCommand(): Command {
  return new Command("suspects")
    .description("labels and marks that a held-out model confidently disputes, for a second look")
    .addOption(dirFlag())
    .addOption(
      flag("--most <n>", `rows shown (${SHOWN} when not given; --json has them all)`).argParser(wholeNumber(0, 1e6)),
    )
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle data suspects --dir tickets"))
    .action(
      act<[], SuspectFlags>(async (terminal, { dir = ".", most = SHOWN }) => {
        readTask(dir);
        const store = openTaskStore(dir, "read");
        try {
          const told = labelReport(store);
          if (terminal.json) terminal.printJson(told);
          else printSuspects(terminal, told, most);
        } finally {
          store.close();
        }
      }),
    );
}

/** By the newest make's best run; null before the first. */
function thinOf(store: Store, dir: string): Thin[] | null {
  return beforeMake(() => thin(readTask(dir).bar, measuredOf(store, bestOfNewest(store)).evaluation));
}

function labelsOf(store: Store): LabelReport | null {
  return beforeMake(() => labelReport(store));
}

function beforeMake<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault && error.code === "history/empty") return null;
    throw error;
  }
}
