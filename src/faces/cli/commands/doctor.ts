import { Command } from "commander";
import { version } from "../../../base/version.ts";
import { act, examples } from "../action.ts";
import { checkup } from "../checkup.ts";
import { FAULT, HELD } from "../exit.ts";
import { jsonFlag, quietFlag } from "../flags.ts";

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("what whittle finds on this machine, and what would not work")
    .addOption(jsonFlag())
    .addOption(quietFlag())
    .addHelpText("after", examples("whittle doctor", "whittle doctor --json"))
    .action(
      act<[], object>(async (terminal) => {
        const findings = await checkup(process.cwd());
        const ok = findings.every((finding) => finding.ok);
        if (terminal.json) {
          terminal.printJson({ whittle: version, ok, findings });
          return ok ? HELD : FAULT;
        }
        const { style } = terminal;
        terminal.print(`${style("bold", "whittle")} ${version}`);
        for (const { name, ok: well, found, trouble } of findings) {
          terminal.print(`${well ? style("green", "✓") : style("red", "✗")} ${name.padEnd(8)} ${found}`);
          if (trouble !== null) terminal.print(`           ${trouble}`);
        }
        return ok ? HELD : FAULT;
      }),
    );
}
