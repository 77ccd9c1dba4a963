import type { Random } from "../base/random.ts";
import { CharClass, classOf } from "./tables.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

/**
 * A text of the same shape that says nothing: every letter becomes another one of its case, every digit another digit, all
 * else stays. Lengths in UTF-16 units stay too.
 */
export function scramble(text: string, random: Random): string {
  let out = "";
  for (const character of text) {
    const kind = classOf(character.codePointAt(0) as number);
    if (kind === CharClass.digit) out += draw(DIGITS, character.length, random);
    else if (kind !== CharClass.letter && kind !== CharClass.ideograph && kind !== CharClass.mark) out += character;
    else if (character === character.toLowerCase()) out += draw(LETTERS, character.length, random);
    else out += draw(LETTERS, character.length, random).toUpperCase();
  }
  return out;
}

function draw(from: string, n: number, random: Random): string {
  return Array.from({ length: n }, () => from[random.below(from.length)]).join("");
}
