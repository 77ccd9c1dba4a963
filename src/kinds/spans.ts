import { evenly } from "../base/evenly.ts";
import { PatternSearch } from "../features/patterns/find.ts";
import type { Answer, Likely } from "../record/answer.ts";
import type { Manifest, SpanManifest } from "../record/manifest.ts";
import type { Scored } from "../record/scored.ts";
import { decode, type FoundSpan, viterbi } from "../spans/decode.ts";
import { pathLogLikelihood } from "../spans/confidence.ts";
import type { Lattice } from "../spans/lattice.ts";
import { parseSpans, printSpans, type Span } from "../spans/span.ts";
import { spansOf, tagsOf } from "../spans/tags.ts";
import { fitByLoss } from "../stats/temperature.ts";
import type { AnsweredScores, Members, SlicedRow } from "./kind.ts";
import { withRepeats } from "./repeats.ts";
import { byColumn, byLength, grouped } from "./slices.ts";

/** What extract and redact have in common: both find spans. */

export function latticeOf(scored: Scored): Lattice {
  if (scored.form === "lattice") return scored.lattice;
  throw new TypeError("the scores of one label are no answer to a question of spans");
}

/** The spans of a text: what the model finds, united with what the patterns of its manifest find. */
export function found(scored: Scored, text: string, manifest: Manifest): FoundSpan[] {
  const { temperature, labels, spans } = manifest;
  const own = decode(latticeOf(scored), labels, { temperature, outsideBias: spans?.outsideBias ?? 0 });
  return all(own, searchOf(scored, text), manifest);
}

/** The same spans without their confidence, which is most of the work. */
export function placesIn(scored: Scored, text: string, manifest: Manifest): Span[] {
  const lattice = latticeOf(scored);
  const tags = viterbi(lattice, { outsideBias: manifest.spans?.outsideBias ?? 0 });
  return all<Span>(spansOf(tags, lattice.tokens, manifest.labels), searchOf(scored, text), manifest);
}

/** A text that was searched for its scores is not searched again. */
function searchOf(scored: Scored, text: string): PatternSearch {
  const known = scored.form === "lattice" ? scored.search : undefined;
  return known?.text === text ? known : new PatternSearch(text);
}

function all<S extends Span>(own: readonly S[], search: PatternSearch, manifest: Manifest): (S | FoundSpan)[] {
  const both = withPatterns(own, search, manifest);
  return manifest.kind === "redact" ? withRepeats(both, search.text) : both;
}

/** A pattern that was right less often in training gives way to what the model found. */
const SURE = 0.85;

function withPatterns<S extends Span>(
  own: readonly S[],
  search: PatternSearch,
  { spans }: Manifest,
): (S | FoundSpan)[] {
  const patterns = spans?.patterns ?? [];
  if (patterns.length === 0) return [...own];
  const isSure = ({ precision = 1 }: PatternLabel): boolean => precision >= SURE;
  const sure = patternSpans(search, patterns.filter(isSure));
  const both = sure.length === 0 ? own : united<S | FoundSpan>(own, sure, search.text);
  let at = 0;
  const free = patternSpans(
    search,
    patterns.filter((one) => !isSure(one)),
  ).filter(({ start, end }) => {
    while (at < both.length && both[at].end <= start) at++;
    return at === both.length || both[at].start >= end;
  });
  return free.length === 0 ? [...both] : [...both, ...free].sort((a, b) => a.start - b.start);
}

type PatternLabel = SpanManifest["patterns"][number];

function patternSpans(search: PatternSearch, patterns: readonly PatternLabel[]): FoundSpan[] {
  const rules = new Map(patterns.map((rule) => [rule.pattern, rule]));
  let last = 0;
  return search.find([...rules.keys()]).flatMap(({ start, end, pattern }): FoundSpan[] => {
    if (start < last) return [];
    last = end;
    const { label, precision = 1 } = rules.get(pattern) as PatternLabel;
    return [{ start, end, label, confidence: precision >= SURE ? 1 : precision }];
  });
}

/**
 * The union of two lists without overlap, in order: what a pattern found stays as it is, since its form or its check digits
 * prove it; of what the model found beside it, whatever says something stays too. So nothing that either found is left over.
 */
export function united<S extends Span>(own: readonly S[], sure: readonly S[], text: string): S[] {
  let next = 0;
  const beside = own.flatMap((span) => {
    while (next < sure.length && sure[next].end <= span.start) next++;
    const isWhole = next === sure.length || sure[next].start >= span.end;
    const pieces = isWhole ? [span] : without(span, sure, next);
    const saying = pieces.filter(({ start, end }) => SAYS.test(text.slice(start, end)));
    return isWhole ? saying : saying.map((piece) => trimmed(piece, text));
  });
  return [...beside, ...sure].sort((a, b) => a.start - b.start);
}

const SAYS = /[\p{L}\p{N}]/u;

/** The pieces of a span that none of the others covers; those before `next` end before it. */
function without<S extends Span>(span: S, others: readonly Span[], next: number): S[] {
  const pieces: S[] = [];
  let { start } = span;
  for (let o = next; o < others.length && others[o].start < span.end; o++) {
    if (others[o].start > start) pieces.push({ ...span, start, end: others[o].start });
    start = Math.max(start, others[o].end);
  }
  return start < span.end ? [...pieces, { ...span, start }] : pieces;
}

/** Without what stands at its ends and says nothing: a cut leaves spaces and commas. */
function trimmed<S extends Span>(span: S, text: string): S {
  const words = text.slice(span.start, span.end);
  const start = span.start + words.search(/[^\s,;:]/u);
  return { ...span, start, end: span.start + words.replace(/[\s,;:]+$/u, "").length };
}

/** One number needs no more rows than this; evenly spaced ones are taken of more. */
const ENOUGH = 500;

/** The temperature at which the right tags are least surprising, by the chain's own likelihood of them. */
export function temperatureOf(rows: readonly AnsweredScores[], manifest: Manifest): number {
  const paths = evenly(rows, ENOUGH).flatMap(({ target, scored }) => {
    const lattice = latticeOf(scored);
    const { spans, unplaced } = parseSpans(target);
    const isKnown = ({ label }: Span): boolean => manifest.labels.includes(label);
    if (lattice.tokens.length === 0 || unplaced.length > 0 || !spans.every(isKnown)) return [];
    return [{ lattice, tags: tagsOf(spans, lattice.tokens, manifest.labels) }];
  });
  if (paths.length === 0) return manifest.temperature;
  const loss = (scale: number): number =>
    -paths.reduce((sum, { lattice, tags }) => sum + pathLogLikelihood(lattice, tags, 1 / scale), 0);
  return 1 / fitByLoss(loss);
}

/** The printed form of found spans, as sure as the least sure of them. */
export function answerOf(spans: readonly (Span & { readonly confidence: number })[]): Answer {
  const label = printSpans({ spans: spans.map(({ start, end, label }) => ({ start, end, label })), unplaced: [] });
  return { label, confidence: spans.reduce((least, span) => Math.min(least, span.confidence), 1) };
}

export function likelyOf(spans: Parameters<typeof answerOf>[0]): Likely {
  const { label, confidence } = answerOf(spans);
  return [[label, confidence]];
}

/** The labels that a target names, each as often as it does. */
export function labelsIn(target: string): string[] {
  const { spans, unplaced } = parseSpans(target);
  return [...spans, ...unplaced].map(({ label }) => label);
}

/** By the labels that stand in a text, by its length, by every further column of few values. */
export function slices(rows: readonly SlicedRow[]): Members[] {
  const holding = (row: SlicedRow): readonly string[] => {
    const labels = labelsIn(row.target);
    return labels.length === 0 ? ["none"] : labels;
  };
  return [...grouped(rows, "label", holding), ...byLength(rows), ...byColumn(rows)];
}
