import { cardBrands, ibanLengths } from "./finance.ts";
import { luhn, mod97 } from "./checksums.ts";
import { compact, matching, standsAlone, NO, type Pattern } from "./pattern.ts";

const CARD = /(?<![0-9A-Za-z]|[0-9][.,-])[0-9]{3,6}(?:[ -]?[0-9]{2,7}){1,5}(?![0-9A-Za-z]|[.,-][0-9])/g;

/** Payment cards: a known first digits, a length its network issues, Luhn's check; written whole or in groups. */
export const card: Pattern = {
  about: "payment card number",
  needs: "digit",
  find: matching(CARD, cardNumber, "figure"),
};

function cardNumber(found: string): string | null {
  const digits = compact(found);
  if (digits.length < 12 || digits.length > 19 || !evenly(found)) return NO;
  if (!cardBrands.some(({ from, to, lengths }) => lengths.includes(digits.length) && within(digits, from, to)))
    return NO;
  return luhn(digits) && !/^(.)\1*$/.test(digits) ? digits : NO;
}

function within(digits: string, from: string, to: string): boolean {
  const head = digits.slice(0, from.length);
  return head >= from && head <= to;
}

/** One kind of separator, groups of three digits at least. */
function evenly(found: string): boolean {
  const separators = new Set(found.match(/[ -]/g));
  return separators.size === 0 || (separators.size === 1 && found.split(/[ -]/).every((group) => group.length >= 3));
}

const COUNTRY_AND_CHECK = /(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?=[ -]?[0-9A-Za-z])/g;

/** IBAN (ISO 13616): the country's length, mod 97-10 = 1; written whole or in groups, upper or lower case. */
export const iban: Pattern = {
  about: "international bank account number",
  needs: "digit",
  find(text, emit) {
    COUNTRY_AND_CHECK.lastIndex = 0;
    for (let match = COUNTRY_AND_CHECK.exec(text); match !== null; match = COUNTRY_AND_CHECK.exec(text)) {
      const length = ibanLengths[match[0].slice(0, 2).toUpperCase()];
      if (length === undefined) continue;
      const end = walk(text, match.index, length);
      if (end === null || !standsAlone(text, match.index, end)) continue;
      const value = compact(text.slice(match.index, end));
      if (mod97(value.slice(4) + value.slice(0, 4)) !== 1) continue;
      emit(match.index, end, value);
      COUNTRY_AND_CHECK.lastIndex = end;
    }
  },
};

/** End of `length` letters and digits from `start`, single spaces or hyphens between them allowed. */
function walk(text: string, start: number, length: number): number | null {
  let left = length;
  let separated = false;
  let at = start;
  for (; left > 0; at++) {
    const c = text.charCodeAt(at);
    if ((c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122)) {
      left--;
      separated = false;
    } else if ((c === 32 || c === 45 || c === 0xa0) && !separated) separated = true;
    else return null;
  }
  return at;
}

const BIC = /(?<![0-9A-Za-z])[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:XXX|[A-WY-Z0-9][A-Z0-9]{2})?(?![0-9A-Za-z])/g;

/** BIC (ISO 9362): institution, country of ISO 3166, place, branch. Words in capitals pass too where the country fits. */
export const bic: Pattern = {
  about: "bank identifier code",
  needs: "none",
  find: matching(BIC, (found) => (bicCountries.has(found.slice(4, 6)) && /[0-9]|XXX$/.test(found) ? found : NO)),
};

const bicCountries = new Set(
  Object.keys(ibanLengths).concat(
    "US",
    "CA",
    "AU",
    "NZ",
    "JP",
    "CN",
    "HK",
    "SG",
    "IN",
    "ZA",
    "MX",
    "AR",
    "KR",
    "TH",
    "MY",
    "ID",
    "PH",
  ),
);

const SIGN = "(?:[€$£¥₹₽₩₺₴₪₫฿₦₱]|(?:US|CA|C|A|AU|NZ|HK|S|R|MX)\\$|R\\$)";
const CODE =
  "(?:EUR|USD|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|ISK|TRY|RUB|UAH|INR|AUD|CAD|NZD|SGD|HKD|ZAR|BRL|MXN|KRW|ILS|AED|SAR|THB)";
const WORD =
  "(?:euros?|Euros?|dollars?|Dollars?|pounds?|Pounds?|cents?|pence|francs?|Franken|kroner|kronor|kr\\.?|zł|zloty|yen|rupees?|roubles?|rubles?|reais|pesos?|Kč|Ft|lei)";
const FIGURE = "(?:[0-9]{1,3}(?:[ .,'’\\u00a0\\u202f][0-9]{3}){1,6}|[0-9]{1,15})(?:[.,][0-9]{1,4})?(?:[.,][-–—]{1,2})?";
const SCALE =
  "(?: ?(?:k|K|m|M|bn|million|Million|billion|thousand|Mio\\.?|Mrd\\.?|millions?|milliards?|milliers?|millones|mil)(?![A-Za-z]))?";

/** Amounts of money: a figure with a sign, code or word of a currency before or after it. */
export const amount: Pattern = {
  about: "amount of money",
  needs: "digit",
  find(text, emit) {
    for (const expression of [AMOUNT_AFTER, AMOUNT_BEFORE]) matching(expression)(text, emit);
  },
};
const AMOUNT_AFTER = new RegExp(
  `(?<![0-9A-Za-z])[-+−]?(?:${SIGN}|${CODE})[ \\u00a0\\u202f]?[-+−]?${FIGURE}${SCALE}(?![0-9])`,
  "g",
);
const AMOUNT_BEFORE = new RegExp(
  `(?<![0-9A-Za-z]|[0-9][.,])[-+−]?${FIGURE}${SCALE}[ \\u00a0\\u202f]?(?:${SIGN}|${CODE}|${WORD})(?![0-9A-Za-z])`,
  "g",
);

export const percentage: Pattern = {
  about: "percentage",
  needs: "digit",
  find: matching(
    /(?<![0-9A-Za-z]|[0-9][.,])[-+−]?[0-9]{1,12}(?:[.,][0-9]{1,8})?[ \u00a0\u202f]?(?:[%‰]|percent(?![a-z])|per cent(?![a-z])|Prozent|pour cent)/g,
    undefined,
    "figure",
  ),
};

export const number: Pattern = {
  about: "number, with marks of thousands and decimals",
  needs: "digit",
  find: matching(
    new RegExp(
      `(?<![0-9A-Za-z]|[0-9][.,])[-+−]?${"(?:[0-9]{1,3}(?:[.,'’\\u00a0\\u202f][0-9]{3}){1,6}|[0-9]{1,25})(?:[.,][0-9]{1,12})?"}(?![0-9A-Za-z]|[.,][0-9])`,
      "g",
    ),
    undefined,
    "figure",
  ),
};
