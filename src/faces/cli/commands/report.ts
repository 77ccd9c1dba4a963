import { Command } from "commander";
import { join } from "node:path";
import { writeWhole } from "../../../base/files.ts";
import { printBytes } from "../../../base/print.ts";
import { readTask } from "../../../stages/task/index.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { gather } from "../../../workbench/report.ts";
import { act, examples } from "../action.ts";
import { flag, jsonFlag, quietFlag } from "../flags.ts";

interface Options {
  readonly out?: string;
}

export function reportCommand(): Command {
  return new Command("report")
    .description("one self-contained HTML file of what was made, and how well it holds")
    .argument("[dir]", "the task's folder", ".")
    .addOption(flag("--out <file>", "where to write it (report.html in the task's folder when not given)"))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle report tickets", "whittle report tickets --out tickets.html"))
    .action(
      act<[string], Options>(async (terminal, { out }, dir) => {
        const task = readTask(dir);
        const store = openTaskStore(dir, "read");
        try {
          const path = out ?? join(dir, "report.html");
          // Only this command draws, so only it waits for the plots to be loaded.
          const { report } = await import("../../../report/page.ts");
          const page = report(gather(task, store));
          writeWhole(path, page);
          const bytes = Buffer.byteLength(page);
          if (terminal.json) terminal.printJson({ report: path, bytes });
          else terminal.print(`Report  ${path}, ${printBytes(bytes)}; open it in any browser`);
        } finally {
          store.close();
        }
      }),
    );
}
