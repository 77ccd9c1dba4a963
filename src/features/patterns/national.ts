import type { Pattern } from "./pattern.ts";
import { matching, compact, NO } from "./pattern.ts";
import { americas } from "./national/americas.ts";
import { western } from "./national/western.ts";
import type { Identifier } from "./national/identifier.ts";

/** Every national identifier of the tables, by its name. */
export const identifiers: readonly Identifier[] = [...western, ...americas];

export const nationalPatterns: Readonly<Record<string, Pattern>> = Object.fromEntries(
  identifiers.map((identifier) => [identifier.name, patternOf(identifier)]),
);

function patternOf({ about, form, check }: Identifier): Pattern {
  const expression = new RegExp(`(?<![0-9A-Za-z]|[0-9][.,/-])(?:${form})(?![0-9A-Za-z]|[.,/-][0-9])`, "g");
  const find = matching(expression, (found) => {
    const value = compact(found);
    return check(value) ? value : NO;
  });
  return { about, needs: "digit", find };
}
