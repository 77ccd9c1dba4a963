import { systemClock } from "../../base/clock.ts";
import { type Drawn, noProgress, progressOn } from "./progress.ts";
import { type Style, styleFor } from "./style.ts";

/** What a command speaks through: results to stdout, everything else to stderr. */
export interface Terminal {
  /** Results are wanted as JSON. */
  readonly json: boolean;
  /** One line of the result. */
  print(line: string): void;
  /** Prints a value as one line of JSON. */
  printJson(value: unknown): void;
  /** Something a person may want to know and a program does not. */
  note(line: string): void;
  readonly style: Style;
  readonly progress: Drawn;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Manners {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function openTerminal({ json = false, quiet = false }: Manners, signal: AbortSignal): Terminal {
  const { stdout, stderr } = process;
  const shows = !quiet && (!json || stderr.isTTY === true);
  const screen = {
    write: (text: string): void => void stderr.write(text),
    isTTY: stderr.isTTY === true,
    columns: stderr.columns || 80,
  };
  const progress = shows ? progressOn(screen, systemClock) : noProgress;
  const print = (line: string): void => {
    progress.clear();
    stdout.write(`${line}\n`);
  };
  return {
    json,
    print,
    printJson: (value) => print(JSON.stringify(value)),
    note(line) {
      progress.clear();
      if (shows) stderr.write(`${line}\n`);
    },
    style: styleFor(stdout),
    progress,
    signal,
  };
}

/** Writes and waits while the reader is behind, so that a stream of any length fits in memory. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once("drain", resolve);
  });
}

/** A reader that has seen enough (`| head`) is no fault: the process ends quietly. */
export function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}
