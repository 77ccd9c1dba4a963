import { type FieldType, type ValueOptions } from "../text/values/value.ts";
import { nearestStretch } from "./approximate.ts";
import { type Folded, lettersOf, type Page, squeeze } from "./page.ts";
import { typedPlaces } from "./typed.ts";

/**
 * How a place agrees with a value, best first: as written; but for spacing, case and kinds of hyphens and quotes; in the
 * value that the writing stands for; but for punctuation; but for a few characters.
 */
export const ways = ["exact", "spacing", "value", "marks", "nearly"] as const;
export type Way = (typeof ways)[number];

export interface Place {
  readonly start: number;
  readonly end: number;
  readonly way: Way;
}

/** A value that a row gives without saying where it stands. */
export interface FieldValue {
  readonly label: string;
  readonly value: string;
  readonly type: FieldType;
}

/** Places of one value that are weighed against each other; a text that repeats it more often says no more. */
const MOST_PLACES = 200;
/** Letters and digits that a value must have to be found but for punctuation, and but for a few characters. */
const LEAST_LOOSE = 4;
const LEAST_NEARLY = 10;
/** Edits a character. */
const NEARLY = 0.1;

const numeric: readonly FieldType[] = ["date", "amount", "number"];

/** Where a value stands in the best way that it stands anywhere. */
export function placesOf(page: Page, { value, type }: FieldValue, options: ValueOptions = {}): Place[] {
  const sought = squeeze(value);
  if (sought.text === "") return [];
  const whole = (place: Place): boolean => onEdges(page, place) && !continues(page.text, place, type);
  const exact = occurrences(page.text, value.trim()).map(([start, end]): Place => ({ start, end, way: "exact" }));
  const kept = exact.filter(whole);
  if (kept.length > 0) return kept;
  const spacing = folded(page.squeezed, sought.text, "spacing").filter(whole);
  if (spacing.length > 0) return spacing;
  if (numeric.includes(type)) {
    return typedPlaces(page, type, value, options, MOST_PLACES)
      .map((place): Place => ({ ...place, way: "value" }))
      .filter((place) => !continues(page.text, place, type));
  }
  const loose = lettersOf(sought).text;
  if (loose.length < LEAST_LOOSE) return [];
  const marks = folded(page.loose, loose, "marks").map((place) => withMarks(page.text, value, place));
  const sound = marks.filter((place) => onEdges(page, place));
  if (sound.length > 0) return sound;
  return type === "text" ? nearly(page, value, loose) : [];
}

function occurrences(text: string, sought: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = text.indexOf(sought); at >= 0 && found.length < MOST_PLACES; at = text.indexOf(sought, at + 1)) {
    found.push([at, at + sought.length]);
  }
  return found;
}

function folded({ text, starts, ends }: Folded, sought: string, way: Way): Place[] {
  return occurrences(text, sought).map(([from, to]) => ({ start: starts[from], end: ends[to - 1], way }));
}

function onEdges({ edges }: Page, { start, end }: Place): boolean {
  return (edges[start] & 1) !== 0 && (edges[end] & 2) !== 0;
}

/** Whether digits go on beyond the place, as in the 5.59 of 15.59 or of -5.59: then it is another number. */
function continues(text: string, { start, end }: Place, type: FieldType): boolean {
  if (!numeric.includes(type)) return false;
  const before = text.slice(Math.max(0, start - 2), start);
  const behind = text.slice(end, end + 2);
  if (/[0-9]$|[0-9][.,/-]$/.test(before) && isDigit(text[start])) return true;
  if (/^[0-9]|^[.,/-][0-9]/.test(behind) && isDigit(text[end - 1])) return true;
  return type !== "date" && isDigit(text[start]) && /(?:^|[^0-9\p{L}])[-\u2212]$/u.test(before);
}

function isDigit(c: string): boolean {
  return c >= "0" && c <= "9";
}

/** Widened by the marks at the value's ends, where the same stand at the place's. */
function withMarks(text: string, value: string, place: Place): Place {
  let { start, end } = place;
  const before = /^[^\p{L}\p{N}]*/u.exec(value)?.[0].replace(/\s/g, "") ?? "";
  const behind = /[^\p{L}\p{N}]*$/u.exec(value)?.[0].replace(/\s/g, "") ?? "";
  for (const mark of [...before].reverse()) if (text.slice(0, start).endsWith(mark)) start -= mark.length;
  for (const mark of behind) if (text.startsWith(mark, end)) end += mark.length;
  return { ...place, start, end };
}

function nearly(page: Page, value: string, loose: string): Place[] {
  const limit = Math.floor(loose.length * NEARLY);
  if (loose.length < LEAST_NEARLY) return [];
  const match = nearestStretch(page.loose.text, loose, limit);
  if (match === undefined || match.end <= match.start) return [];
  let start = page.loose.starts[match.start];
  let end = page.loose.ends[match.end - 1];
  while ((page.edges[start] & 1) === 0) start--;
  while ((page.edges[end] & 2) === 0) end++;
  return [withMarks(page.text, value, { start, end, way: "nearly" })];
}
