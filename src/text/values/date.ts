import { normalise } from "../normalise.ts";
import { isWeekday, monthOf } from "./months.ts";
import { plainMarks } from "./plain.ts";

export interface DateOptions {
  /** What 04/05/2019 means where both could be the month. Day first unless told. */
  readonly order?: DateOrder;
}

export type DateOrder = "dmy" | "mdy" | "ymd";

const LONGEST = 64;
const WORD = "([a-zà-ÿ]{3,12})";
const WORD_FIRST = /^([a-zà-ÿ]{2,12})\.?,? (?=[a-zà-ÿ0-9])/;
const TIME =
  /[t, ]+(?:(?:at|um|à|a las|alle) )?[0-9]{1,2}[:.h][0-9]{2}(?:[:.][0-9]{2}(?:\.[0-9]+)?)? ?(?:[ap]\.?m\.?|uhr|h|z)?(?: ?[+-][0-9]{2}:?[0-9]{2})?$/;

const ORDINAL = "(?:st|nd|rd|th|er|º|°|\\.)?";
const GAP = "[-./, ]*(?:(?:of|de|del|di) )?";
const DAY_MONTH_YEAR = new RegExp(
  `^([0-9]{1,2})${ORDINAL}${GAP}${WORD}\\.?[-./,' ]*(?:(?:of|de|del) )?([0-9]{4}|[0-9]{2})$`,
);
const MONTH_DAY_YEAR = new RegExp(`^${WORD}\\.?[-./ ]*([0-9]{1,2})${ORDINAL}(?:[-./, ]+'?|')([0-9]{4}|[0-9]{2})$`);
const YEAR_MONTH_DAY = new RegExp(`^([0-9]{4})[-./, ]*${WORD}\\.?[-./, ]*([0-9]{1,2})${ORDINAL}$`);
const THREE_NUMBERS = /^([0-9]{1,4}) ?([-./ ]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[0-9]{1,2})$/;
const EIGHT_DIGITS = /^[0-9]{8}$/;

/**
 * A written date in ISO 8601 (2019-05-12), or undefined where it is none, is no day of the calendar, or names no year. A
 * weekday before and a time behind are passed over. Month names are English, German, French, Spanish or Italian. Years
 * of two digits are 1969 to 2068, as POSIX has it. Law: normaliseDate(normaliseDate(x)) = normaliseDate(x).
 */
export function normaliseDate(text: string, options: DateOptions = {}): string | undefined {
  if (text.length > LONGEST) return undefined;
  const folded = plainMarks(normalise(text));
  const date = folded.replace(TIME, "").replace(WORD_FIRST, (all, word: string) => (isWeekday(word) ? "" : all));
  const order = options.order ?? "dmy";

  const worded = DAY_MONTH_YEAR.exec(date);
  if (worded !== null) return named(worded[3], worded[2], worded[1]);
  const american = MONTH_DAY_YEAR.exec(date);
  if (american !== null) return named(american[3], american[1], american[2]);
  const descending = YEAR_MONTH_DAY.exec(date);
  if (descending !== null) return named(descending[1], descending[2], descending[3]);
  const numbers = THREE_NUMBERS.exec(date);
  if (numbers !== null) return numeric([numbers[1], numbers[3], numbers[4]], order);
  if (!EIGHT_DIGITS.test(date)) return undefined;
  const at = (i: number, j: number): string => date.slice(i, j);
  const ascending: [string, string, string] = [at(0, 2), at(2, 4), at(4, 8)];
  return iso(at(0, 4), Number(at(4, 6)), at(6, 8)) ?? numeric(ascending, order);
}

function named(year: string, word: string, day: string): string | undefined {
  const month = monthOf(word);
  return month === undefined ? undefined : iso(year, month, day);
}

/** Three numbers in the order asked for, or in the other one that makes a date of them. */
function numeric([a, b, c]: readonly [string, string, string], order: DateOrder): string | undefined {
  if (a.length > 2) return a.length === 4 && c.length <= 2 ? iso(a, Number(b), c) : undefined;
  const readings: Readonly<Record<DateOrder, () => string | undefined>> = {
    dmy: () => iso(c, Number(b), a),
    mdy: () => iso(c, Number(a), b),
    ymd: () => (c.length === 4 ? undefined : iso(a, Number(b), c)),
  };
  return readings[order]() ?? readings.dmy() ?? readings.mdy();
}

function iso(year: string, month: number, day: string): string | undefined {
  if (year.length !== 4 && year.length !== 2) return undefined;
  const y = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 69 ? 2000 : 1900);
  const d = Number(day);
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (!(month >= 1 && month <= 12 && d >= 1 && d <= days[month - 1]) || y < 1) return undefined;
  const two = (x: number): string => String(x).padStart(2, "0");
  return `${String(y).padStart(4, "0")}-${two(month)}-${two(d)}`;
}
