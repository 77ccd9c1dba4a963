import type { Random } from "../base/random.ts";

/** Neighbours on a QWERTY keyboard. */
const rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const neighbours: ReadonlyMap<string, string> = new Map(
  rows.flatMap((row, r) =>
    [...row].map((key, c): [string, string] => {
      const near = [
        row[c - 1],
        row[c + 1],
        rows[r - 1]?.[c],
        rows[r - 1]?.[c + 1],
        rows[r + 1]?.[c - 1],
        rows[r + 1]?.[c],
      ];
      return [key, near.filter((k) => k !== undefined).join("")];
    }),
  ),
);

/**
 * Mistypes letters, each with probability `rate`: a neighbouring key instead, the letter twice, left out, or swapped with the
 * next, in equal shares (the four slips of Damerau 1964). A letter without keys beside it is left out, doubled or swapped.
 */
export function misspell(text: string, rate: number, random: Random): string {
  const letters = [...text];
  const out: string[] = [];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i];
    if (!/\p{L}/u.test(letter) || random.uniform() >= rate) {
      out.push(letter);
      continue;
    }
    const near = neighbours.get(letter.toLowerCase());
    const next = letters[i + 1];
    const slip = random.below(4);
    if (slip === 0 && near !== undefined) {
      const key = near[random.below(near.length)];
      out.push(letter === letter.toLowerCase() ? key : key.toUpperCase());
    } else if (slip === 1 && next !== undefined && /\p{L}/u.test(next)) {
      out.push(next, letter);
      i++;
    } else if (slip === 2) out.push(letter, letter);
    // Left out otherwise.
  }
  return out.join("");
}
