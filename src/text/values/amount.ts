import { normalise } from "../normalise.ts";
import { type NumberOptions, readNumber } from "./number.ts";
import { plainMarks } from "./plain.ts";

export interface Amount {
  /** Decimal string with two decimals at least. */
  readonly amount: string;
  /** ISO 4217, or null where none is written, or one that several countries write ("kr"). */
  readonly currency: string | null;
}

const codes =
  "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR";

/** As folding leaves them: lower case, without a full stop behind. */
const currencies = new Map<string, string | null>([
  ...codes.split(" ").map((code): [string, string] => [code.toLowerCase(), code]),
  ...Object.entries({
    "€": "EUR",
    $: "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    us$: "USD",
    a$: "AUD",
    au$: "AUD",
    c$: "CAD",
    ca$: "CAD",
    s$: "SGD",
    hk$: "HKD",
    nz$: "NZD",
    r$: "BRL",
    mex$: "MXN",
    rm: "MYR",
    rp: "IDR",
    rs: "INR",
    fr: "CHF",
    sfr: "CHF",
    zł: "PLN",
    kč: "CZK",
    ft: "HUF",
    euro: "EUR",
    euros: "EUR",
    "eur.": "EUR",
    dollar: "USD",
    dollars: "USD",
    pound: "GBP",
    pounds: "GBP",
    ringgit: "MYR",
    franken: "CHF",
    yen: "JPY",
  }),
  ["kr", null],
]);

const LONGEST = 80;
const NOT_NUMBER = /^([^0-9.,'()+-]*)/;

/**
 * A written amount, its currency before or behind: 1,250.00 · 1.250,00 € · RM 9.00 · $9 · -5.59 · (12.50) · 12,- ; or
 * undefined where it is none. Law: normaliseAmount(printAmount(x)) = x with the decimal point.
 */
export function normaliseAmount(text: string, options: NumberOptions = {}): Amount | undefined {
  if (text.length > LONGEST) return undefined;
  const folded = plainMarks(normalise(text));
  const bracketed = /^\((.*)\)$/.exec(folded);
  const sign = bracketed !== null ? "-" : (/^[+-] ?/.exec(folded)?.[0] ?? "");
  const rest = bracketed !== null ? bracketed[1].trim() : folded.slice(sign.length);
  const before = (NOT_NUMBER.exec(rest) as RegExpExecArray)[1];
  const behind = /(?<=[0-9.,)-])[^0-9.,'()+-]+\.?$/.exec(rest.slice(before.length))?.[0] ?? "";
  const written = [before, behind].map((side) => side.trim().replace(/^\.|\.$/g, "")).filter((side) => side !== "");
  if (written.length > 1 || written.some((side) => !currencies.has(side))) return undefined;
  const digits = rest
    .slice(before.length, rest.length - behind.length)
    .trim()
    .replace(/[a-zł]$/.test(before.trim()) ? /^\. ?/ : /^$/, "")
    .replace(/[.,]-+$/, "");
  const number = readNumber(
    sign.trim() === "" ? digits.trim() : `${sign.trim()}${digits.trim()}`,
    options.decimal ?? ".",
  );
  if (number === undefined) return undefined;
  const currency = written.length === 0 ? null : (currencies.get(written[0]) ?? null);
  return { amount: withDecimals(number), currency };
}

export function printAmount({ amount, currency }: Amount): string {
  return currency === null ? amount : `${amount} ${currency}`;
}

function withDecimals(number: string): string {
  const point = number.indexOf(".");
  if (point < 0) return `${number}.00`;
  return number.length - point === 2 ? `${number}0` : number;
}
