import type { Span } from "../spans/span.ts";
import { markup, theirs, type Markup } from "./markup.ts";

/**
 * A stretch of a text with what was wanted and what was found drawn into it. How each piece stands is told by the style of its
 * line and by a word, not by colour alone. Law: without the words, the text content is the stretch itself.
 */
export function drawnSpans(
  text: string,
  wanted: readonly Span[],
  found: readonly Span[],
  [from, to]: readonly [number, number] = [0, text.length],
): Markup {
  const ends = [...wanted, ...found].flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set([from, ...ends, to])].filter((at) => at >= from && at <= to).sort((a, b) => a - b);
  const pieces = cuts.slice(1).map((end, i) => {
    const start = cuts[i];
    const over = (span: Span): boolean => span.start <= start && span.end >= end;
    return piece(text.slice(start, end), wanted.find(over), found.find(over));
  });
  return markup`<bdi>${pieces}</bdi>`;
}

function piece(words: string, wanted: Span | undefined, found: Span | undefined): Markup {
  // Space between words of one span that is parted from it says nothing by itself.
  if ((wanted === undefined && found === undefined) || words.trim() === "") return markup`${words}`;
  if (found === undefined) return marked("missed", words, markup`missed ${theirs(wanted?.label ?? "")}`);
  if (wanted === undefined) return marked("stray", words, markup`stray ${theirs(found.label)}`);
  if (wanted.label !== found.label) {
    return marked("taken", words, markup`${theirs(wanted.label)} taken for ${theirs(found.label)}`);
  }
  const isWhole = wanted.start === found.start && wanted.end === found.end;
  return marked("right", words, markup`${theirs(found.label)}${isWhole ? null : " in part"}`);
}

type Standing = "right" | "missed" | "stray" | "taken";

function marked(standing: Standing, words: string, label: Markup): Markup {
  return markup`<mark class="${standing}">${words}</mark><small class="tag">${label}</small>`;
}

/** What the styles mean. */
export function spanLegend(): Markup {
  const sample = (standing: Standing, means: string): Markup =>
    markup`<li><mark class="${standing}">words</mark> ${means}</li>`;
  return markup`<ul class="legend">${sample("right", "found rightly")}${sample("missed", "wanted and not found")}${sample("stray", "found and not wanted")}${sample("taken", "found under another label")}</ul>`;
}
