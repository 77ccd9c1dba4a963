import { normalise } from "../normalise.ts";
import { plainMarks } from "./plain.ts";

export interface NumberOptions {
  /**
   * What "1.250" and "1,250" mean, where one separator stands before exactly three digits: the sign named here parts the
   * decimals, the other the thousands. "." unless told. Everywhere else the writing itself says which is which.
   */
  readonly decimal?: "." | ",";
}

/** Longer than any number that a person writes; bounds the work on what comes from outside. */
const LONGEST = 64;

/**
 * A written number as a decimal string without needless zeros ("1.250,00" is "1250", "-5.590" is "-5.59"), or undefined
 * where it is none. Law: normaliseNumber(normaliseNumber(x)) = normaliseNumber(x) with the decimal point.
 */
export function normaliseNumber(text: string, options: NumberOptions = {}): string | undefined {
  if (text.length > LONGEST) return undefined;
  return readNumber(plainMarks(normalise(text)), options.decimal ?? ".");
}

/** Reads a number with its sign from folded text: -1, - 1, 1-, (1), +1. */
export function readNumber(folded: string, decimal: "." | ","): string | undefined {
  const bracketed = /^\((.*)\)$/.exec(folded);
  const signed = /^([+-]?) ?([0-9.,' ]+?) ?(-?)$/.exec(bracketed === null ? folded : bracketed[1].trim());
  if (signed === null) return undefined;
  const [, before, digits, behind] = signed;
  if (behind !== "" && before !== "") return undefined;
  const unsigned = readDigits(digits, decimal);
  if (unsigned === undefined) return undefined;
  const negative = before === "-" || behind !== "" || bracketed !== null;
  return negative && unsigned !== "0" ? `-${unsigned}` : unsigned;
}

/** Digits with separators: the last of two kinds parts the decimals; one kind does where no thousands can be meant. */
function readDigits(digits: string, decimal: "." | ","): string | undefined {
  const parts = /^([0-9][0-9.,' ]*?)?(?:([.,])([0-9]*))?$/.exec(digits);
  if (parts === null) return undefined;
  const [, head = "", mark, tail = ""] = parts;
  if (mark === undefined) return joined(head, "");
  if (head === "") return tail === "" ? undefined : joined("0", tail);
  const others = head.replace(/[0-9]/g, "");
  const grouping =
    others === "" ? mark !== decimal && tail.length === 3 && head.length <= 3 && head !== "0" : others[0] === mark;
  return grouping ? joined(`${head}${mark}${tail}`, "") : joined(head, tail);
}

/** Thousands in groups of three, by one kind of sign (India groups by two before the last). */
function joined(whole: string, decimals: string): string | undefined {
  if (!/^(?:[0-9]+|[0-9]{1,3}(?:([.,' ])[0-9]{2,3}(?:\1[0-9]{2,3})*)?)$/.test(whole)) return undefined;
  const groups = whole.split(/[.,' ]/);
  if (groups.length > 1 && (groups.at(-1) as string).length !== 3) return undefined;
  const integer = groups.join("").replace(/^0+(?=[0-9])/, "");
  const fraction = decimals.replace(/0+$/, "");
  return fraction === "" ? integer : `${integer}.${fraction}`;
}
