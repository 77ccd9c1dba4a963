import { findPatterns, patternNames } from "../../features/patterns/index.ts";
import type { PhraseRules } from "../../features/phrases/find.ts";
import { LONGEST_PHRASE, PhraseTrie, spaced } from "../../features/phrases/trie.ts";
import type { Span } from "../../spans/span.ts";

export interface PhraseText {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** A pattern that stands for a label by the task's own word. */
export interface PatternLabel {
  readonly pattern: string;
  readonly label: string;
}

export interface PhraseOptions {
  /** A rule that is right less often than this is none. */
  readonly leastPrecision: number;
  /** Phrases kept, the surest and commonest first. */
  readonly most: number;
}

/** Weight of the prior in a rule's precision, in matches (m-estimate, Cestnik 1990), and the prior: as often right as not. */
const PRIOR_MATCHES = 1;
const PRIOR = 0.5;
/** The prior of a pattern that was named for a category: it is believed until as many matches speak against it. */
const NAMED_MATCHES = 10;
const NAMED = 0.95;

/**
 * Values seen under a label, and patterns, each with the share of its matches in training that are spans of that label,
 * to the character. `named` are the patterns that stand for a label by the task's own word, whether it occurs or not.
 */
export function fitPhrases(
  texts: readonly PhraseText[],
  labels: readonly string[],
  named: readonly PatternLabel[],
  { leastPrecision, most }: PhraseOptions,
): PhraseRules {
  const gold = goldOf(texts, labels);
  const values = new Set<string>();
  for (const { text, spans } of texts) {
    for (const { start, end } of spans) if (end - start <= LONGEST_PHRASE) values.add(spaced(text.slice(start, end)));
  }
  const known = [...values].filter((value) => value !== "").sort();
  const trie = new PhraseTrie(known);
  const ofValues = new Tally(known.length, labels.length);
  texts.forEach(({ text }, r) => {
    trie.find(text, (start, end, p) => ofValues.add(p, gold[r].get(`${start} ${end}`)));
  });

  const phrases = known
    .flatMap((text, p) =>
      labels.map((_, l) => ({
        text,
        label: l,
        precision: ofValues.precision(p, l, PRIOR_MATCHES, PRIOR),
        hits: ofValues.hits(p, l),
      })),
    )
    .filter(({ hits, precision }) => hits > 0 && precision >= leastPrecision)
    .sort((a, b) => b.precision - a.precision || b.hits - a.hits || (a.text < b.text ? -1 : 1))
    .slice(0, most)
    .map(({ text, label, precision }) => ({ text, label, precision }));
  const patterns = fitPatterns(texts, labels, named).filter(({ precision }) => precision >= leastPrecision);
  return { phrases, patterns };
}

/** Patterns that are right somewhere under a label, or are named for it, with their precision: those of each pattern together. */
export function fitPatterns(
  texts: readonly PhraseText[],
  labels: readonly string[],
  named: readonly PatternLabel[],
): PhraseRules["patterns"] {
  const gold = goldOf(texts, labels);
  const isNamed = new Set(named.map(({ pattern, label }) => `${pattern} ${label}`));
  const tally = new Tally(patternNames.length, labels.length);
  const number = new Map(patternNames.map((name, i) => [name, i]));
  texts.forEach(({ text }, r) => {
    for (const { start, end, pattern } of findPatterns(text, patternNames)) {
      tally.add(number.get(pattern) as number, gold[r].get(`${start} ${end}`));
    }
  });
  return patternNames.flatMap((pattern, p) =>
    labels.flatMap((name, label) => {
      const own = isNamed.has(`${pattern} ${name}`);
      const precision = tally.precision(p, label, own ? NAMED_MATCHES : PRIOR_MATCHES, own ? NAMED : PRIOR);
      return own || tally.hits(p, label) > 1 ? [{ pattern, label, precision }] : [];
    }),
  );
}

/** The number of the label of each span, by its two ends. */
function goldOf(texts: readonly PhraseText[], labels: readonly string[]): Map<string, number | undefined>[] {
  const label = new Map(labels.map((name, i) => [name, i]));
  return texts.map(({ spans }) => new Map(spans.map((s) => [`${s.start} ${s.end}`, label.get(s.label)])));
}

/** Matches of each rule, and how many of them are right under each label. */
class Tally {
  private readonly of: Float64Array;
  private readonly right: Float64Array;
  private readonly labels: number;

  constructor(rules: number, labels: number) {
    this.of = new Float64Array(rules);
    this.right = new Float64Array(rules * labels);
    this.labels = labels;
  }

  add(rule: number, label: number | undefined): void {
    this.of[rule]++;
    if (label !== undefined) this.right[rule * this.labels + label]++;
  }

  hits(rule: number, label: number): number {
    return this.right[rule * this.labels + label];
  }

  precision(rule: number, label: number, weight: number, prior: number): number {
    return Math.min(0.999, (this.hits(rule, label) + weight * prior) / (this.of[rule] + weight));
  }
}
