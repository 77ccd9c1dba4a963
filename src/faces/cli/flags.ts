import { InvalidArgumentError, Option } from "commander";
import { Fault } from "../../base/fault.ts";
import { offsetUnits } from "../../record/task.ts";

/**
 * A flag with its twin in the environment: `--max-body` may be given as WHITTLE_MAX_BODY. A twin that is empty, or that
 * says no to a switch ("0", "false", "no", "off"), counts as not given.
 */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description);
  const twin = twinOf(option);
  const given = process.env[twin]?.trim().toLowerCase();
  const isSwitch = !option.required && !option.optional;
  const isNo = given === "" || (isSwitch && ["0", "false", "no", "off"].includes(given ?? ""));
  return isNo ? option : option.env(twin);
}

export function twinOf(option: Option): string {
  return `WHITTLE_${(option.long ?? option.flags).replace(/^--/, "").replaceAll("-", "_").toUpperCase()}`;
}

export const jsonFlag = (): Option => flag("--json", "print the result as JSON");
export const quietFlag = (): Option => flag("--quiet", "say nothing but the result");
export const seedFlag = (what: string): Option =>
  flag("--seed <n>", what).argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER));
export const threadsFlag = (what: string): Option => flag("--threads <n>", what).argParser(wholeNumber(1, 256));
export const memoryFlag = (): Option =>
  flag(
    "--memory <size>",
    "memory that the process may hold, such as 256MB: planned before loading, kept while it runs, and what would break it is refused",
  );
export const offsetsFlag = (what: string): Option => flag("--offsets <unit>", what).choices(offsetUnits);

/** Refuses --offsets where there are no spans. */
export function refuseOffsets(offsets: string | undefined, kind: string): void {
  if (offsets === undefined || kind !== "classify") return;
  throw new Fault("usage/offsets", {
    what: "--offsets means nothing for classify",
    why: "its examples have labels and no spans",
    remedy: "leave it out",
  });
}

/** Parser of a whole number within bounds. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(n) && n >= low && n <= high) return n;
    throw new InvalidArgumentError(`A whole number from ${low} to ${high} is wanted.`);
  };
}

/** Collects a flag that may be given several times. */
export function several(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** Collects a flag that may be given several times or hold several words with commas between. */
export function commaSeparated(text: string, before: readonly string[] | undefined): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  return [...(before ?? []), ...words.filter((word) => word !== "")];
}
