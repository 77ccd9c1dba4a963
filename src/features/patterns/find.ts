import { Fault } from "../../base/fault.ts";
import { forgetFigures } from "./figures.ts";
import type { PatternMatch } from "./pattern.ts";
import { patterns } from "./table.ts";

/**
 * What the named patterns find in a text, in order of start, the longer first. Matches of one pattern do not overlap
 * (the earlier, then the longer, stays); those of different patterns may.
 */
export function findPatterns(text: string, names: readonly string[]): PatternMatch[] {
  return new PatternSearch(text).find(names);
}

/** The patterns of one text: each is looked for once, when it is first asked for. */
export class PatternSearch {
  readonly text: string;
  private readonly digit: boolean;
  private readonly known = new Map<string, readonly PatternMatch[]>();

  constructor(text: string) {
    this.text = text;
    this.digit = /[0-9]/.test(text);
  }

  /** What findPatterns gives. */
  find(names: readonly string[]): PatternMatch[] {
    const found = names.flatMap((name) => {
      const own = this.known.get(name) ?? this.matchesOf(name);
      this.known.set(name, own);
      return own;
    });
    forgetFigures();
    return found.sort(inOrder);
  }

  private matchesOf(name: string): PatternMatch[] {
    const pattern = patterns[name];
    if (pattern === undefined) throw unknown(name);
    const { needs } = pattern;
    if (needs === "digit" ? !this.digit : needs !== "none" && !this.text.includes(needs)) return [];
    const found: PatternMatch[] = [];
    pattern.find(this.text, (start, end, value) => found.push({ start, end, pattern: name, value }));
    let last = 0;
    return found.sort(inOrder).filter(({ start, end }) => {
      if (start < last) return false;
      last = end;
      return true;
    });
  }
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
