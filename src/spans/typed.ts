import { normaliseAmount } from "../text/values/amount.ts";
import { monthOf } from "../text/values/months.ts";
import { normaliseDate } from "../text/values/date.ts";
import { type FieldType, sameValue, type ValueOptions } from "../text/values/value.ts";
import type { Page } from "./page.ts";

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Tokens and characters that a written date takes at most: "Sunday, the 12th of September, 2019". */
const DATE_TOKENS = 12;
const DATE_LENGTH = 40;
const NUMERAL =
  /[0-9]{1,3}(?:([.,' \u00a0\u202f\u2019])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?(?![0-9])|[0-9]+(?:[.,][0-9]+)*/g;

/** Where a date or a number stands in another writing than the value's own. */
export function typedPlaces(
  page: Page,
  type: FieldType,
  value: string,
  options: ValueOptions,
  most: number,
): Stretch[] {
  return type === "date" ? datePlaces(page, value, options, most) : numeralPlaces(page, type, value, options, most);
}

function datePlaces({ text, tokens }: Page, value: string, options: ValueOptions, most: number): Stretch[] {
  const iso = normaliseDate(value, options);
  if (iso === undefined) return [];
  const [year, month, day] = iso.split("-").map(Number);
  const parts = new Set([year, year % 100, month, day]);
  const isPart = (t: number): boolean => {
    const word = text.slice(tokens[t], tokens[t + 1]);
    if (word.length > 12) return false;
    return /^[0-9]+$/.test(word) ? parts.has(Number(word)) || word.length === 8 : monthOf(word.toLowerCase()) === month;
  };
  const places: Stretch[] = [];
  for (let t = 0; t < tokens.length && places.length < most; t += 2) {
    if (!isPart(t)) continue;
    for (let last = Math.min(t + 2 * DATE_TOKENS, tokens.length) - 2; last >= t; last -= 2) {
      if (tokens[last + 1] - tokens[t] > DATE_LENGTH || !isPart(last)) continue;
      if (normaliseDate(text.slice(tokens[t], tokens[last + 1]), options) !== iso) continue;
      places.push({ start: tokens[t], end: tokens[last + 1] });
      t = last;
      break;
    }
  }
  return places;
}

function numeralPlaces({ text }: Page, type: FieldType, value: string, options: ValueOptions, most: number): Stretch[] {
  const places: Stretch[] = [];
  const digits = significant(value);
  for (const match of text.matchAll(NUMERAL)) {
    if (places.length >= most) break;
    if (significant(match[0]) !== digits) continue;
    const end = match.index + match[0].length;
    const signed = /[-\u2212]$/.test(text.slice(Math.max(0, match.index - 1), match.index));
    for (const start of signed ? [match.index - 1, match.index] : [match.index]) {
      if (end - start > 64 || !sameValue(type, value, text.slice(start, end), options)) continue;
      places.push(type === "amount" ? withCurrency(text, value, { start, end }, options) : { start, end });
      break;
    }
  }
  return places;
}

const BEFORE = /(?:[\p{L}]{1,4}\.?|[\p{L}]{0,3}\p{Sc})[ \u00a0\u202f]?$/u;
const BEHIND = /^[ \u00a0\u202f]?(?:\p{Sc}|[\p{L}]{1,7}(?![\p{L}\p{N}]))/u;
const REACH = 8;

/** Widened by the value's currency where the text has it right beside the numeral: one amount is marked like another. */
function withCurrency(text: string, value: string, place: Stretch, options: ValueOptions): Stretch {
  const currency = normaliseAmount(value, options)?.currency ?? null;
  if (currency === null) return place;
  const { start, end } = place;
  const before = BEFORE.exec(text.slice(Math.max(0, start - REACH), start))?.[0] ?? "";
  const behind = BEHIND.exec(text.slice(end, end + REACH))?.[0] ?? "";
  const wider = [
    { start: start - before.length, end },
    { start, end: end + behind.length },
  ];
  return wider.find((one) => normaliseAmount(text.slice(one.start, one.end), options)?.currency === currency) ?? place;
}

/** What equal numbers share in every writing: their digits without zeros at the ends. */
function significant(numeral: string): string {
  return numeral.replace(/[^0-9]/g, "").replace(/^0+|0+$/g, "");
}
