import { parseSpans } from "./span.ts";

/** A value longer than this is cut where it is told; it stands whole in its text. */
const LONGEST = 60;

/**
 * A printed target as people read it: `movie_name "Dune" · timeRange "8 pm"`; without the text labels and places alone, `NAME
 * 0–9 · NAME 14–29`, so that nothing of the text is told.
 */
export function tellSpans(printed: string, text?: string): string {
  const { spans, unplaced } = parseSpans(printed);
  const told = [
    ...spans.map((span) => tellSpan(span, text)),
    ...unplaced.map(({ label, value }) => `${label}${text === undefined ? "" : ` ${quoted(value)}`} (not in the text)`),
  ];
  return told.length === 0 ? "nothing" : told.join(" · ");
}

/** One span in the same words. */
export function tellSpan(
  { start, end, label }: { readonly start: number; readonly end: number; readonly label: string },
  text?: string,
): string {
  return `${label} ${text === undefined || end > text.length ? `${start}–${end}` : quoted(text.slice(start, end))}`;
}

function quoted(value: string): string {
  const line = value.replaceAll(/\s+/g, " ");
  const characters = Array.from(line);
  return `"${characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : line}"`;
}
