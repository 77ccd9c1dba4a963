import type { Quality } from "../../record/evaluation.ts";
import { type CharacterCounts, sayingCharacters } from "../../spans/score.ts";
import { shareOfItems, sharesOfGroups } from "../../stats/interval/share.ts";
import type { Groups } from "../../stats/units.ts";

/** Characters of a text that say something and were not to be redacted. */
export function otherCharacters(text: string, { right }: CharacterCounts): number {
  return sayingCharacters(text) - right;
}

/**
 * What was left over and what was taken without need, whatever the labels: a name that was masked as an address has not
 * leaked. A text leaks where one character of it does; intervals of characters are over texts or their groups.
 */
export function leakFigures(texts: readonly string[], counts: readonly CharacterCounts[], groups: Groups): Quality {
  const others = counts.map((c, i) => otherCharacters(texts[i], c));
  return {
    leak_documents: shareOfItems(
      counts.map(({ leaked }) => leaked > 0),
      groups,
    ),
    leak_characters: sharesOfGroups(
      counts.map((c) => c.leaked),
      counts.map((c) => c.right),
      { groups },
    ),
    over_redaction: sharesOfGroups(
      counts.map((c) => c.over),
      others,
      { groups },
    ),
  };
}
