import { normalise } from "../normalise.ts";
import { type Amount, normaliseAmount, printAmount } from "./amount.ts";
import { type DateOptions, normaliseDate } from "./date.ts";
import { normaliseNumber, type NumberOptions } from "./number.ts";
import { foldPlain, plainMarks, tidyText } from "./plain.ts";

export const fieldTypes = ["text", "date", "amount", "number", "email", "phone", "iban", "identifier"] as const;
export type FieldType = (typeof fieldTypes)[number];

export interface ValueOptions extends DateOptions, NumberOptions {}

export interface NormalValue extends Partial<Amount> {
  /** The one form in which all ways to write the value agree. Law: normalising it again changes nothing. */
  readonly value: string;
}

/** How each type is written in one form; undefined where the text is nothing of the type. */
const rows: Readonly<Record<FieldType, (text: string, options: ValueOptions) => NormalValue | undefined>> = {
  text: (text) => valued(tidyText(text)),
  date: (text, options) => valued(normaliseDate(text, options)),
  amount: (text, options) => {
    const amount = normaliseAmount(text, options);
    return amount && { value: printAmount(amount), ...amount };
  },
  number: (text, options) => valued(normaliseNumber(text, options)),
  email: (text) => valued(matching(/^[^ @]{1,64}@[^ @.]+(?:\.[^ @.]+)+$/, emailOf(text))),
  phone: (text) => valued(phoneOf(text)),
  iban: (text) => valued(matching(/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/, squeeze(text).replace(/-/g, ""))),
  identifier: (text) => valued(squeeze(text)),
};

export function normaliseValue(type: FieldType, text: string, options: ValueOptions = {}): NormalValue | undefined {
  return rows[type](text, options);
}

/**
 * Whether two writings mean the same value: their one form is the same (an amount without a currency is the same as one
 * with), or, where either is nothing of the type, their folded texts are.
 */
export function sameValue(type: FieldType, a: string, b: string, options: ValueOptions = {}): boolean {
  if (a === b) return true;
  if (type === "text") return foldPlain(a) === foldPlain(b);
  const one = normaliseValue(type, a, options);
  const other = normaliseValue(type, b, options);
  if (one === undefined || other === undefined) return foldPlain(a) === foldPlain(b);
  if (type !== "amount") return one.value === other.value;
  return one.amount === other.amount && (one.currency === other.currency || !one.currency || !other.currency);
}

function valued(value: string | undefined): NormalValue | undefined {
  return value === undefined || value === "" ? undefined : { value };
}

function matching(shape: RegExp, value: string): string | undefined {
  return value.length <= 320 && shape.test(value) ? value : undefined;
}

function emailOf(text: string): string {
  return normalise(text)
    .replace(/^mailto:/, "")
    .replace(/^<(.*)>$/, "$1")
    .replace(/ ?([@.]) ?/g, "$1");
}

/** Digits, with + where the country is named: "0049 (0)30 / 12-34" is "+49301234". */
function phoneOf(text: string): string | undefined {
  if (text.length > 64) return undefined;
  const folded = plainMarks(normalise(text))
    .replace(/^(?:tel|phone|fon|fax|mobile|mob)\b[.:]* ?/, "")
    .replace(/^00(?=[1-9])/, "+");
  if (!/^\+?[0-9()./ -]+$/.test(folded)) return undefined;
  const digits = (folded.startsWith("+") ? folded.replace(/\(0\)/, "") : folded).replace(/[^0-9+]/g, "");
  return /^\+?[0-9]{5,15}$/.test(digits) ? digits : undefined;
}

/** Upper case without white space, hyphens plain. */
function squeeze(text: string): string {
  return plainMarks(normalise(text)).replace(/ /g, "").toUpperCase();
}
