import type { ValueOptions } from "../text/values/value.ts";
import { type Contexts, countContexts, usualness } from "./contexts.ts";
import { pageOf } from "./page.ts";
import { type FieldValue, type Place, placesOf, type Way } from "./places.ts";
import type { SpanTarget } from "./span.ts";

export interface AlignOptions {
  /** How dates and numbers of the texts are to be read. */
  readonly values?: ValueOptions;
  /** Where values of each label stand elsewhere; decides between several places. */
  readonly contexts?: Contexts;
}

export interface ValuedText {
  readonly text: string;
  readonly values: readonly FieldValue[];
}

export interface Aligned {
  /** Values that are blank, or stand nowhere, are its `unplaced`. */
  readonly target: SpanTarget;
  /** How each value was found, in the order given; null where it was not. */
  readonly ways: readonly (Way | null)[];
}

/**
 * Finds bare values in the text that they were read from. Of several places the one in the most usual context for the
 * label is taken, then the first; no two values share a character, and those with the fewest places choose first.
 */
export function align(text: string, values: readonly FieldValue[], options: AlignOptions = {}): Aligned {
  return choose({ text, values }, placesOfAll({ text, values }, options), options.contexts);
}

/**
 * Aligns many rows in two passes: the first counts contexts over all places, the second chooses by them. The contexts are
 * for rows that come later.
 */
export function alignAll(
  rows: readonly ValuedText[],
  options: Omit<AlignOptions, "contexts"> = {},
): { readonly rows: readonly Aligned[]; readonly contexts: Contexts } {
  const places = rows.map((row) => placesOfAll(row, options));
  const contexts = countContexts(
    rows.flatMap(({ text, values }, r) => values.map(({ label }, v) => ({ text, label, places: places[r][v] }))),
  );
  return { rows: rows.map((row, r) => choose(row, places[r], contexts)), contexts };
}

function placesOfAll({ text, values }: ValuedText, options: AlignOptions): Place[][] {
  const page = pageOf(text);
  return values.map((value) => placesOf(page, value, options.values));
}

/** The place that each value gets, undefined where none is free. */
function takenPlaces(
  { text, values }: ValuedText,
  places: readonly Place[][],
  contexts: Contexts,
): (Place | undefined)[] {
  const taken: (Place | undefined)[] = values.map(() => undefined);
  const order = values.map((_, v) => v).sort((a, b) => places[a].length - places[b].length || a - b);
  for (const v of order) {
    const free = places[v].filter(({ start, end }) =>
      taken.every((other) => other === undefined || end <= other.start || start >= other.end),
    );
    let most = -Infinity;
    for (const place of free) {
      const usual = free.length === 1 ? 0 : usualness(contexts, values[v].label, text, place);
      if (usual <= most) continue;
      most = usual;
      taken[v] = place;
    }
  }
  return taken;
}

function choose(row: ValuedText, places: readonly Place[][], contexts: Contexts = new Map()): Aligned {
  const { values } = row;
  const taken = takenPlaces(row, places, contexts);
  const spans = values.flatMap(({ label, value }, v) => {
    const place = taken[v];
    return place === undefined ? [] : [{ start: place.start, end: place.end, label, value }];
  });
  spans.sort((a, b) => a.start - b.start);
  const unplaced = values.filter((_, v) => taken[v] === undefined).map(({ label, value }) => ({ label, value }));
  return { target: { spans, unplaced }, ways: taken.map((place) => place?.way ?? null) };
}
