import { CharClass, classOf } from "../text/tables.ts";
import type { Span, SpanTarget } from "./span.ts";

/** Spans found rightly, marked wrongly (false positives), and not found (false negatives): what F1 is made of. */
export interface SpanCounts {
  readonly hits: number;
  readonly strays: number;
  readonly misses: number;
}

/** Under two readings: `exact`, where both ends and the label are right; `overlap`, where label and one character are. */
export interface SpanMatches {
  readonly exact: SpanCounts;
  readonly overlap: SpanCounts;
}

/** Characters that say something (letters, digits, marks, in UTF-16 units) whatever the labels: a comma left over tells nobody anything. */
export interface CharacterCounts {
  /** Under a right span. */
  readonly right: number;
  /** Of those, under no predicted span: what a redaction would leave to read. */
  readonly leaked: number;
  /** Under a predicted span. */
  readonly marked: number;
  /** Of those, under no right span. */
  readonly over: number;
}

export interface SpanScore extends SpanMatches {
  /** In the order of the labels given. A span of any other label counts in the whole alone. */
  readonly byLabel: readonly SpanMatches[];
  readonly characters: CharacterCounts;
  /** Every right span found exactly and nothing else marked. */
  readonly right: boolean;
}

type Counts = { -readonly [K in keyof SpanCounts]: number };

/**
 * Compares what was predicted for one text with what is right; both in order and without overlap. A value that stands
 * nowhere in the text is a miss. For src/stats: one score an item, and f1OfGroups, sharesOfGroups over the items' counts.
 */
export function scoreSpans(
  text: string,
  gold: SpanTarget,
  predicted: readonly Span[],
  labels: readonly string[],
): SpanScore {
  const whole = noMatches();
  const byLabel = labels.map(noMatches);
  const numbers = new Map(labels.map((label, k) => [label, k]));
  const count = (label: string, reading: keyof SpanMatches, outcome: keyof SpanCounts): void => {
    whole[reading][outcome]++;
    const k = numbers.get(label);
    if (k !== undefined) byLabel[k][reading][outcome]++;
  };
  for (const label of new Set([...gold.spans, ...predicted].map((span) => span.label))) {
    const ours = gold.spans.filter((span) => span.label === label);
    const theirs = predicted.filter((span) => span.label === label);
    for (const [reading, same] of readings) {
      const hits = pairs(ours, theirs, same);
      for (let i = 0; i < hits; i++) count(label, reading, "hits");
      for (let i = hits; i < theirs.length; i++) count(label, reading, "strays");
      for (let i = hits; i < ours.length; i++) count(label, reading, "misses");
    }
  }
  for (const { label } of gold.unplaced) for (const [reading] of readings) count(label, reading, "misses");
  const right = whole.exact.strays === 0 && whole.exact.misses === 0;
  return { ...whole, byLabel, characters: countCharacters(text, gold.spans, predicted), right };
}

const readings: readonly (readonly [keyof SpanMatches, (a: Span, b: Span) => boolean])[] = [
  ["exact", (a, b) => a.start === b.start && a.end === b.end],
  ["overlap", (a, b) => a.start < b.end && b.start < a.end],
];

function noMatches(): { exact: Counts; overlap: Counts } {
  return { exact: { hits: 0, strays: 0, misses: 0 }, overlap: { hits: 0, strays: 0, misses: 0 } };
}

/** The most pairs of one each that are the same; greedy from the left is best where neither side overlaps itself. */
function pairs(a: readonly Span[], b: readonly Span[], same: (a: Span, b: Span) => boolean): number {
  let found = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (same(a[i], b[j])) {
      found++;
      i++;
      j++;
    } else if (a[i].end < b[j].end || (a[i].end === b[j].end && a[i].start < b[j].start)) i++;
    else j++;
  }
  return found;
}

function countCharacters(text: string, gold: readonly Span[], predicted: readonly Span[]): CharacterCounts {
  const counts = { right: 0, leaked: 0, marked: 0, over: 0 };
  let g = 0;
  let p = 0;
  const first = Math.min(gold[0]?.start ?? text.length, predicted[0]?.start ?? text.length);
  for (let i = first; i < text.length && (g < gold.length || p < predicted.length); i++) {
    while (g < gold.length && gold[g].end <= i) g++;
    while (p < predicted.length && predicted[p].end <= i) p++;
    const right = g < gold.length && gold[g].start <= i;
    const marked = p < predicted.length && predicted[p].start <= i;
    if ((!right && !marked) || !says(text, i)) continue;
    if (right) counts.right++;
    if (marked) counts.marked++;
    if (right && !marked) counts.leaked++;
    if (marked && !right) counts.over++;
  }
  return counts;
}

/** How many characters of a text say something. */
export function sayingCharacters(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) if (says(text, i)) n++;
  return n;
}

/** The lower half of a surrogate pair says what the upper does; symbols beyond the first plane count as letters. */
function says(text: string, i: number): boolean {
  const unit = text.charCodeAt(i);
  if (unit >= 0xd800 && unit <= 0xdfff) return true;
  const kind = classOf(unit);
  return (
    kind === CharClass.letter || kind === CharClass.digit || kind === CharClass.ideograph || kind === CharClass.mark
  );
}
