import { editDistance } from "../../base/nearest.ts";
import type { LabelCount } from "../../record/dataset.ts";

/** Two labels that are probably one, the rarer first. */
export type LookAlike = readonly [rare: LabelCount, common: LabelCount];

/** A mistyped label is rare beside the one that was meant. */
const MISTYPED_AT_MOST = 1 / 10;
/** In shorter names one letter is a difference in meaning. */
const LETTERS = 5;
/** Every label is held against every other: beyond this many, spelling is looked at by case and marks alone. */
const MOST_COMPARED = 1000;

/**
 * Labels that differ in case, spacing and joining marks alone, or in one mistyped letter where one of the two is rare. Names with
 * digits are numbered on purpose, and differ.
 *
 * @param labels by number of rows, the most first
 */
export function lookAlikes(labels: readonly LabelCount[]): LookAlike[] {
  const spellings = new Map<string, LabelCount>();
  const found: LookAlike[] = [];
  for (const count of labels) {
    const spelling = plain(count.label);
    const common = spellings.get(spelling);
    if (common !== undefined) found.push([count, common]);
    else spellings.set(spelling, count);
  }
  if (spellings.size > MOST_COMPARED) return found;
  const distinct = [...spellings];
  for (const [spelling, count] of distinct) {
    if (spelling.length < LETTERS || /\d/.test(spelling)) continue;
    const meant = distinct.find(
      ([other, { n }]) =>
        count.n <= n * MISTYPED_AT_MOST &&
        Math.abs(other.length - spelling.length) <= 1 &&
        editDistance(other, spelling) === 1,
    );
    if (meant !== undefined) found.push([count, meant[1]]);
  }
  return found;
}

/** "E-Mail", "e mail" and "E_MAIL" are one spelling. Marks that join no letters stay: "+1" is not "-1". */
function plain(label: string): string {
  return label
    .normalize("NFKC")
    .toLowerCase()
    .replace(/(?<=\p{L})[\s_-]+(?=\p{L})/gu, "");
}
