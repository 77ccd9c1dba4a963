import { findPatterns } from "../patterns/index.ts";
import { PhraseTrie } from "./trie.ts";

/** Values and patterns with the label each stands for and how often that is right. */
export interface PhraseRules {
  readonly phrases: readonly { readonly text: string; readonly label: number; readonly precision: number }[];
  readonly patterns: readonly { readonly pattern: string; readonly label: number; readonly precision: number }[];
}

export interface PhraseSpan {
  readonly start: number;
  readonly end: number;
  readonly label: number;
  /** Precision of the rule that found it. */
  readonly confidence: number;
}

/** Makes the finder of some rules: what they find in a text, in order and without overlap. The longest match wins, then the surest. */
export function phraseFinder({ phrases, patterns }: PhraseRules): (text: string) => PhraseSpan[] {
  const trie = new PhraseTrie(phrases.map(({ text }) => text));
  const names = [...new Set(patterns.map(({ pattern }) => pattern))];
  const byName = new Map(names.map((name) => [name, patterns.filter(({ pattern }) => pattern === name)]));
  return (text) => {
    const found: PhraseSpan[] = [];
    trie.find(text, (start, end, p) => {
      found.push({ start, end, label: phrases[p].label, confidence: phrases[p].precision });
    });
    for (const { start, end, pattern } of findPatterns(text, names)) {
      for (const { label, precision } of byName.get(pattern) ?? [])
        found.push({ start, end, label, confidence: precision });
    }
    return withoutOverlap(found);
  };
}

/** The longest first; of equal length the surest, then the earliest. */
function withoutOverlap(found: readonly PhraseSpan[]): PhraseSpan[] {
  const order = [...found].sort(
    (a, b) =>
      b.end - b.start - (a.end - a.start) || b.confidence - a.confidence || a.start - b.start || a.label - b.label,
  );
  const taken = new Taken();
  return order.filter(({ start, end }) => taken.take(start, end)).sort((a, b) => a.start - b.start);
}

/** Stretches taken so far, none overlapping another. As the longest come first, a later one overlaps at one of its ends or not at all. */
class Taken {
  private readonly units = new Set<number>();

  take(start: number, end: number): boolean {
    if (this.units.has(start) || this.units.has(end - 1)) return false;
    for (let i = start; i < end; i++) this.units.add(i);
    return true;
  }
}
