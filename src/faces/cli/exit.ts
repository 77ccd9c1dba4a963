import { Fault, printFault } from "../../base/fault.ts";

/** What a script reads off a command. */
export const HELD = 0;
export const NOT_HELD = 100;
export const FAULT = 1;
export const USAGE = 2;
export const STOPPED = 130;

/** The fault that a thrown value is told as. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Fault("internal/error", {
    what: message.split("\n", 1)[0] || "something failed that should not have",
    why: "whittle did not expect this: it is a defect in whittle",
    remedy: "run it again with WHITTLE_DEBUG=1 and report what is printed",
    cause: error,
  });
}

/** Tells of an error the way it was asked for, and gives the exit code. With --json the fault is the result. */
export function report(error: unknown, json: boolean): number {
  const fault = faultOf(error);
  if (json) process.stdout.write(`${JSON.stringify(fault)}\n`);
  process.stderr.write(`${printFault(fault)}\n`);
  if (process.env["WHITTLE_DEBUG"] === "1") process.stderr.write(`${trace(error)}\n`);
  return fault.code.startsWith("usage/") ? USAGE : FAULT;
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const because = error.cause === undefined ? "" : `\ncaused by: ${trace(error.cause)}`;
  return `${error.stack ?? error.message}${because}`;
}
