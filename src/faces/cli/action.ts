import type { Command } from "commander";
import { report, STOPPED } from "./exit.ts";
import { type Manners, openTerminal, type Terminal } from "./terminal.ts";

/** What a command does; the number it gives is the exit code, 0 when it gives none. */
export type Action<Arguments extends readonly unknown[], Options> = (
  terminal: Terminal,
  options: Options,
  ...args: Arguments
) => Promise<number | void>;

export interface Interruptible {
  /** How to go on after Ctrl-C, in one sentence. */
  readonly goOn: string;
}

/**
 * Runs a command's action. The first Ctrl-C asks it to stop, and says how to go on; the second ends the process. Whatever
 * fails afterwards is part of stopping and is not told.
 */
export function act<Arguments extends readonly unknown[], Options>(
  action: Action<Arguments, Options>,
  { goOn }: Interruptible = { goOn: "Nothing was changed." },
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.pop() as Command;
    given.pop();
    const options = command.opts<Options & Manners>();
    const stop = new AbortController();
    const terminal = openTerminal(options, stop.signal);
    const interrupt = (): void => {
      if (stop.signal.aborted) process.exit(STOPPED);
      stop.abort();
      terminal.note("stopping; Ctrl-C again ends it at once");
    };
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    try {
      const code = await action(terminal, options, ...(given as unknown as Arguments));
      process.exitCode = code ?? 0;
    } catch (error) {
      terminal.progress.clear();
      if (stop.signal.aborted) {
        process.stderr.write(`Stopped. ${goOn}\n`);
        process.exitCode = STOPPED;
      } else process.exitCode = report(error, options.json === true);
    } finally {
      terminal.progress.clear();
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    }
  };
}

/** The examples that every command's help ends with. */
export function examples(...lines: readonly string[]): string {
  const twin = "Every flag may also be given in the environment: --some-flag is WHITTLE_SOME_FLAG.";
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}\n\n${twin}`;
}
