import { Fault } from "../../base/fault.ts";
import { forgetFigures } from "./figures.ts";
import type { PatternMatch } from "./pattern.ts";
import { patterns } from "./table.ts";

/**
 * What the named patterns find in a text, in order of start, the longer first. Matches of one pattern do not overlap
 * (the earlier, then the longer, stays); those of different patterns may.
 */
export function findPatterns(text: string, names: readonly string[]): PatternMatch[] {
  const digit = /[0-9]/.test(text);
  const found: PatternMatch[] = [];
  for (const name of names) {
    const pattern = patterns[name];
    if (pattern === undefined) throw unknown(name);
    if (pattern.needs === "digit" ? !digit : pattern.needs !== "none" && !text.includes(pattern.needs)) continue;
    const own: PatternMatch[] = [];
    pattern.find(text, (start, end, value) => own.push({ start, end, pattern: name, value }));
    let last = 0;
    for (const match of own.sort(inOrder)) {
      if (match.start < last) continue;
      last = match.end;
      found.push(match);
    }
  }
  forgetFigures();
  return found.sort(inOrder);
}

function inOrder(a: PatternMatch, b: PatternMatch): number {
  return a.start - b.start || b.end - a.end;
}

function unknown(name: string): Fault {
  return new Fault("features/pattern", {
    what: `There is no pattern "${name}".`,
    why: "Patterns are known by the names in the table of src/features/patterns.",
    remedy: `Use one of: ${Object.keys(patterns).join(", ")}.`,
  });
}
