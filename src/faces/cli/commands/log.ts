import { Command } from "commander";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { act, examples } from "../action.ts";
import { columns } from "../figures.ts";
import { jsonFlag, quietFlag } from "../flags.ts";

export function logCommand(): Command {
  return new Command("log")
    .description("what was done in a task's folder, oldest first")
    .argument("[dir]", "the task's folder", ".")
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle log tickets"))
    .action(
      act<[string], object>(async (terminal, _, dir) => {
        const store = openTaskStore(dir, "read");
        try {
          const log = store.log();
          if (terminal.json) terminal.printJson({ log });
          else
            for (const line of columns(log.map(({ at, what, stage, key }) => [at, what, stage, key.slice(0, 16)])))
              terminal.print(line);
        } finally {
          store.close();
        }
      }),
    );
}
