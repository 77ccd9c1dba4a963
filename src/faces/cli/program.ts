import { Command } from "commander";
import { version } from "../../base/version.ts";
import { examples } from "./action.ts";
import { usageFault } from "./usage.ts";

/** In the order of the help. Each is loaded when it is asked for: most of a short command's time is loading. */
const table: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./commands/init.ts")).initCommand(),
  make: async () => (await import("./commands/make.ts")).makeCommand(),
  evaluate: async () => (await import("./commands/evaluate.ts")).evaluateCommand(),
  accept: async () => (await import("./commands/accept.ts")).acceptCommand(),
  check: async () => (await import("./commands/check.ts")).checkCommand(),
  predict: async () => (await import("./commands/predict.ts")).predictCommand(),
  serve: async () => (await import("./commands/serve.ts")).serveCommand(),
  report: async () => (await import("./commands/report.ts")).reportCommand(),
  show: async () => (await import("./commands/show.ts")).showCommand(),
  log: async () => (await import("./commands/log.ts")).logCommand(),
  diff: async () => (await import("./commands/diff.ts")).diffCommand(),
  data: async () => (await import("./commands/data.ts")).dataCommand(),
  compare: async () => (await import("./commands/compare.ts")).compareCommand(),
  quantise: async () => (await import("./commands/quantise.ts")).quantiseCommand(),
  plan: async () => (await import("./commands/plan.ts")).planCommand(),
  keys: async () => (await import("./commands/keys.ts")).keysCommand(),
  sign: async () => (await import("./commands/sign.ts")).signCommand(),
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand(),
};

/** The one that is asked for; all where the name is none of them, so that help lists and guesses know every name. */
function namesFor(asked: string | undefined): readonly string[] {
  if (asked === "--version") return [];
  return asked !== undefined && Object.hasOwn(table, asked) ? [asked] : Object.keys(table);
}

/**
 * The command line as a value; main.ts runs it. Usage errors are thrown, told by whoever runs it.
 *
 * @param asked the first argument, where it is known; the others are not loaded then
 */
export async function program(asked?: string): Promise<Command> {
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
  const commands = await Promise.all(namesFor(asked).map((name) => table[name]()));
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
