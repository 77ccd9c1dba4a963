import { PatternSearch } from "./find.ts";
import { patternNames } from "./table.ts";

/** Patterns that mark many things beside what they are named for: a stream of their own. */
const WIDE = new Set([
  "number",
  "year",
  "postal_code",
  "street_address",
  "us_driver_license",
  "domain",
  "bic",
  "country",
  "nationality",
]);
const sure = patternNames.filter((name) => !WIDE.has(name) && name !== "date");
const wide = patternNames.filter((name) => WIDE.has(name));
const number = new Map(patternNames.map((name, i) => [name, i]));

/** Names of the streams that patternStreams gives, in order. */
export const patternStreamNames = ["pattern", "wide pattern"] as const;

/**
 * Which pattern covers each token, as streams of whole numbers: 0 for none, 2p + 1 at the first token of a match of
 * pattern p, 2p + 2 at the others. Where matches overlap the longer counts, then the one of the earlier pattern.
 */
export function patternStreams(text: string, tokens: Int32Array, search = new PatternSearch(text)): Int32Array[] {
  return [sure, wide].map((names) => {
    const values = new Int32Array(tokens.length >> 1);
    const found = search
      .find(names)
      .sort(
        (a, b) =>
          b.end - b.start - (a.end - a.start) ||
          a.start - b.start ||
          (number.get(a.pattern) as number) - (number.get(b.pattern) as number),
      );
    for (const { start, end, pattern } of found) {
      const first = tokenAt(tokens, start);
      if (first < 0) continue;
      const value = 2 * (number.get(pattern) as number) + 1;
      let free = true;
      for (let t = first; 2 * t < tokens.length && tokens[2 * t] < end; t++) free &&= values[t] === 0;
      if (!free) continue;
      for (let t = first; 2 * t < tokens.length && tokens[2 * t] < end; t++)
        values[t] = t === first ? value : value + 1;
    }
    return values;
  });
}

/** The first token that ends after a place; -1 where there is none. */
function tokenAt(tokens: Int32Array, place: number): number {
  let low = 0;
  let high = tokens.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[2 * middle + 1] > place) high = middle;
    else low = middle + 1;
  }
  return 2 * low < tokens.length ? low : -1;
}
