import { Command } from "commander";
import type { Quality } from "../../../record/evaluation.ts";
import { MANY_OPENINGS } from "../../../stages/decide/index.ts";
import { readTask } from "../../../stages/task/index.ts";
import { accept } from "../../../workbench/gate/accept.ts";
import { openTaskStore } from "../../../workbench/open-store.ts";
import { act, examples } from "../action.ts";
import { counted, interval } from "../figures.ts";
import { flag, jsonFlag, quietFlag, several } from "../flags.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly pack?: string;
  readonly data?: readonly string[];
  readonly by: string;
  readonly why: string;
}

export function acceptCommand(): Command {
  return new Command("accept")
    .description("stand behind a pack: write accepted.json, against which check holds every later one")
    .argument("[dir]", "the task's folder", ".")
    .addOption(flag("--by <name>", "who accepts it").makeOptionMandatory())
    .addOption(flag("--why <reason>", "why, in a sentence").makeOptionMandatory())
    .addOption(flag("--pack <file>", "the pack (the one in the folder when not given)"))
    .addOption(flag("--data <file>", "labelled rows that came later; may be given several times").argParser(several))
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples('whittle accept tickets --by Ada --why "first model for the help desk"'))
    .action(act<[string], Options>(run, { goOn: "What was accepted before still is." }));
}

async function run(terminal: Terminal, options: Options, dir: string): Promise<void> {
  const { pack, data = [], by, why } = options;
  const { progress, signal, style } = terminal;
  const task = readTask(dir);
  const store = openTaskStore(dir);
  try {
    const { path, accepted, refused } = await accept(task, dir, { store, pack, data, by, why, progress, signal });
    const { hash, rung, precision, held } = accepted.pack;
    if (terminal.json) {
      const { at, figures, test_openings } = accepted;
      const n = { ladder: accepted.ladder.length, later: accepted.later.length };
      terminal.printJson({
        accepted: path,
        at,
        by,
        why,
        pack: accepted.pack,
        rows: n,
        refused,
        figures,
        test_openings,
      });
      return;
    }
    terminal.print(`${style("bold", "Accepted")} ${rung} at ${precision}, ${hash.slice(0, 12)}, by ${by}: ${why}`);
    if (!held) terminal.print(style("yellow", "It did not hold its bar when it was made."));
    const { ladder, later, test } = accepted.figures;
    const told: [string, Quality | null][] = [
      [`${counted(accepted.ladder.length, "row")} out of fold`, ladder],
      [`${counted(accepted.later.length, "row")} that came later`, later],
      ["sealed test", test],
    ];
    for (const [on, quality] of told) {
      if (quality === null) continue;
      const figures = Object.entries(quality).map(([name, figure]) => `${name} ${interval(figure)}`);
      terminal.print(`  ${on}: ${figures.join(", ")}`);
    }
    const openings = accepted.test_openings;
    if (openings !== null) terminal.print(`  the sealed test has been opened for ${counted(openings, "candidate")}`);
    if (openings !== null && openings >= MANY_OPENINGS) {
      terminal.print(style("yellow", "  Bring fresh test rows before trusting its figure."));
    }
    if (refused > 0) terminal.print(style("yellow", `  ${counted(refused, "row")} refused`));
    terminal.print(`Commit ${style("cyan", path)}; ${style("cyan", `whittle check ${dir}`)} judges against it.`);
  } finally {
    store.close();
  }
}
