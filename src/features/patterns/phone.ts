import { matching, NO, type Pattern } from "./pattern.ts";
import { callingCodes } from "./calling.ts";
import { isCalendarDate } from "./calendar.ts";
import { luhn } from "./checksums.ts";

/**
 * Telephone numbers by their shape. No numbering plan is asked: a plan needs to know whose country the text speaks
 * from, and refuses the invented numbers that examples are full of. So a number is told by how it is written: an
 * international prefix with a calling code (ITU-T E.164), an area code in brackets, a trunk zero, or groups of digits.
 */
export const phone: Pattern = {
  about: "telephone number",
  needs: "digit",
  find: matching(
    /(?<![0-9A-Za-z]|[0-9][.,:/-]|[#$€£])(?:\+|\((?=\+?[0-9]))?\+?[0-9]{1,15}(?:(?:\) ?-?| \(|\(| [/-] |[ .\u00a0\u202f/-])[0-9]{1,11}){0,7}\)?(?: ?(?:ext\.?|x|#) ?[0-9]{1,6})?(?![0-9A-Za-z]|[.,:/-][0-9]| ?[%€$£])/g,
    phoneNumber,
    "figure",
  ),
};

const EXTENSION = / ?(?:ext\.?|x|#) ?[0-9]{1,6}$/;

/** Digits, a plus before them where the number is international; NO where the shape is that of something else. */
function phoneNumber(found: string, text: string, end: number): string | null {
  const main = found.replace(EXTENSION, "");
  const digits = main.replace(/[^0-9]/g, "");
  if (digits.length < 7 || digits.length > 15) return NO;
  const opened = main.split("(").length - 1;
  if (opened > 1 || opened !== main.split(")").length - 1 || main.indexOf(")") < main.indexOf("(")) return NO;
  if (main.includes("+") && main.lastIndexOf("+") > 1) return NO;
  const groups = main.match(/[0-9]{1,15}/g) ?? [];
  if (main.startsWith("+") || main.startsWith("(+") || digits.startsWith("00")) {
    const number = main.includes("+") ? digits : digits.slice(2);
    return callingCodes.has(number.slice(0, 1)) ||
      callingCodes.has(number.slice(0, 2)) ||
      callingCodes.has(number.slice(0, 3))
      ? `+${number}`
      : NO;
  }
  if (groups.length === 1) return national(digits) ? digits : NO;
  if (isCalendarDate(groups) || isSocialSecurity(groups, main)) return NO;
  if (opened === 1) return digits;
  const separators = new Set(main.replace(/[0-9()]/g, ""));
  if (separators.size > 2 || digits.length > 13 || (digits.length >= 12 && luhn(digits))) return NO;
  if (/[.]/.test(main) && groups.length === 2) return NO;
  if (groups.length === 2 && !isPair(groups, text, end)) return NO;
  if (groups.slice(1).some((group) => group.length < 2) || groups.every((group) => group === "000")) return NO;
  return /(?:000){2}$/.test(digits) && !digits.startsWith("0") ? NO : digits;
}

/** Unseparated digits are taken for a number with a trunk zero or as North America writes them (NXX NXX XXXX). */
function national(digits: string): boolean {
  return /^0[1-9][0-9]{7,10}$/.test(digits) || /^1?[2-9][0-9]{2}[2-9][0-9]{6}$/.test(digits);
}

/** Two groups alone: with a trunk zero, or as local numbers are written, where no name of a street follows. */
function isPair([first, second]: readonly string[], text: string, end: number): boolean {
  if (first.startsWith("0") && first.length + second.length >= 9) return true;
  return (
    (first.length === 3 || first.length === 4) && second.length === 4 && !/^ ?\p{Lu}/u.test(text.slice(end, end + 3))
  );
}

function isSocialSecurity(groups: readonly string[], found: string): boolean {
  return (
    groups.length === 3 &&
    groups[0].length === 3 &&
    groups[1].length === 2 &&
    groups[2].length === 4 &&
    found.includes("-")
  );
}
