import { Command } from "commander";
import { version } from "../../base/version.ts";
import { examples } from "./action.ts";
import { acceptCommand } from "./commands/accept.ts";
import { checkCommand } from "./commands/check.ts";
import { dataCommand } from "./commands/data.ts";
import { diffCommand } from "./commands/diff.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { initCommand } from "./commands/init.ts";
import { keysCommand } from "./commands/keys.ts";
import { logCommand } from "./commands/log.ts";
import { makeCommand } from "./commands/make.ts";
import { predictCommand } from "./commands/predict.ts";
import { serveCommand } from "./commands/serve.ts";
import { showCommand } from "./commands/show.ts";
import { signCommand } from "./commands/sign.ts";
import { usageFault } from "./usage.ts";

/** The command line as a value; main.ts runs it. Usage errors are thrown, told by whoever runs it. */
export function program(): Command {
  const root = new Command("whittle")
    .description("From labelled examples to the smallest model that holds the bar, with nothing leaving this machine.")
    .version(version, "--version", "print whittle's version")
    .helpOption("-h, --help", "print this")
    .addHelpText(
      "after",
      examples(
        "whittle init tickets --kind classify --from tickets.csv --text body --label queue",
        "whittle make tickets",
        'whittle predict tickets/tickets.whittle "my card was swallowed"',
      ),
    );
  const commands = [
    initCommand(),
    makeCommand(),
    evaluateCommand(),
    acceptCommand(),
    checkCommand(),
    predictCommand(),
    serveCommand(),
    showCommand(),
    logCommand(),
    diffCommand(),
    dataCommand(),
    keysCommand(),
    signCommand(),
    doctorCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands, ...commands.flatMap((c) => c.commands)]) {
    command
      .exitOverride((error) => {
        const wrong = error.exitCode !== 0 && error.code !== "commander.help";
        throw wrong ? usageFault(error, nameOf(command)) : error;
      })
      .showSuggestionAfterError()
      .configureOutput({ outputError: () => undefined });
  }
  return root;
}

/** "whittle data add" */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
