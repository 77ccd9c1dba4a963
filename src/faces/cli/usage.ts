import type { CommanderError } from "commander";
import { Fault, type FaultCode } from "../../base/fault.ts";

const codes: Readonly<Record<string, FaultCode>> = {
  "commander.unknownCommand": "usage/command",
  "commander.unknownOption": "usage/flag",
  "commander.missingMandatoryOptionValue": "usage/missing",
  "commander.missingArgument": "usage/missing",
  "commander.optionMissingArgument": "usage/missing",
  "commander.invalidArgument": "usage/value",
};

/** Commander's "error: what happened\n(Did you mean that?)" as a letter. */
export function usageFault(error: CommanderError, command: string): Fault {
  const [first, ...rest] = error.message.replace(/^error: /, "").split("\n");
  const guess = /^\((Did you mean .*)\)$/s.exec(rest.join(" ").trim())?.[1];
  const remedy = guess === undefined ? `see ${command} --help` : `${guess[0].toLowerCase()}${guess.slice(1)}`;
  return new Fault(codes[error.code] ?? "usage/arguments", { what: first, where: command, remedy });
}
