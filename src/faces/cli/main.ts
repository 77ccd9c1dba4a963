#!/usr/bin/env node
import { CommanderError } from "commander";
import { report, USAGE } from "./exit.ts";
import { program } from "./program.ts";
import { endQuietlyWithoutReader } from "./terminal.ts";

endQuietlyWithoutReader();

const twin = process.env["WHITTLE_JSON"] ?? "";
const wantsJson =
  process.argv.includes("--json") || !["", "0", "false", "no", "off"].includes(twin.trim().toLowerCase());

for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error: unknown) => process.exit(report(error, wantsJson)));
}

try {
  await (await program(process.argv[2])).parseAsync();
} catch (error) {
  // Help and version end by being thrown too, with nothing wrong; help that was not asked for is a usage error.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  else process.exitCode = report(error, wantsJson);
}
