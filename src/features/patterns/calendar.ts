import { any, matching, NO, type Pattern } from "./pattern.ts";
import { monthNames, weekdayNames } from "./months.ts";

const MONTH = `(?:${[...monthNames].sort((a, b) => b.length - a.length).join("|")})\\.?`;
const WEEKDAY = `(?:${[...weekdayNames].sort((a, b) => b.length - a.length).join("|")})`;
const CLOCK =
  "(?:[01]?[0-9]|2[0-4])(?::[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?|[.][0-5][0-9](?= ?(?:[ap]\\.?m|Uhr|h\\b)))";
const ZONE = "(?: ?(?:Z|UTC|GMT|CET|CEST|BST|EST|EDT|PST|PDT|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]))?";
const HALF = "(?: ?[AaPp](?:\\.[Mm]\\.|[Mm]\\b))?";
const DAY = "(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|er|º|ª|\\.|re)?";
const YEAR = "(?:1[0-9]{3}|20[0-9]{2}|21[0-9]{2})";

const NUMERIC =
  /(?<![0-9A-Za-z]|[0-9][.,:/-])(?:[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}(?:[0-9]{2})?|[0-9]{4}([/.-])[0-9]{1,2}\2[0-9]{1,2}|[0-9]{1,2}\. [0-9]{1,2}\. [0-9]{4})(?![0-9A-Za-z]|[/-][0-9])/g;
const WRITTEN = new RegExp(
  `(?<![0-9A-Za-z])(?:(?:${WEEKDAY},? (?:the |den |le )?)?${DAY}[ -](?:of |de |del |d['’])?${MONTH}(?:,?[ -](?:de |del )?${YEAR})?` +
    `|(?:${WEEKDAY},? )?${MONTH} ${DAY}(?:,? ${YEAR})?|${MONTH},? (?:de )?${YEAR})(?![0-9A-Za-z])`,
  "gi",
);
const TIME = new RegExp(
  `(?<![0-9A-Za-z]|[0-9][.,:/-])(?:${CLOCK}${HALF}${ZONE}(?: Uhr)?|(?:0?[1-9]|1[0-2]) ?[AaPp](?:\\.[Mm]\\.|[Mm])|(?:[01]?[0-9]|2[0-4]) ?(?:h(?:[0-5][0-9])?|Uhr|heures?))(?![0-9A-Za-z:])`,
  "g",
);

function numericDate(found: string): string | null {
  return isCalendarDate(found.split(/[/.-] ?/)) ? found : NO;
}

/** Dates in figures (both orders, and year first) and with the month's name in the languages of months.ts. */
export const date: Pattern = {
  about: "date",
  needs: "digit",
  find: any(matching(NUMERIC, numericDate, "figure"), matching(WRITTEN)),
};

export const time: Pattern = { about: "time of day", needs: "digit", find: matching(TIME, undefined, "figure") };

const AFTER = new RegExp(`(?:T|[ ,]{1,2}(?:at |um |à |alle |a las )?)(?:${CLOCK})${HALF}${ZONE}(?![0-9A-Za-z:])`, "y");
const findIsoMoment = matching(
  new RegExp(`(?<![0-9A-Za-z])[0-9]{4}-[0-9]{2}-[0-9]{2}T${CLOCK}${ZONE}(?![0-9A-Za-z])`, "g"),
  undefined,
  "figure",
);

/** A date, and the time of day that follows it. */
export const moment: Pattern = {
  about: "date with the time of day after it, where there is one",
  needs: "digit",
  find(text, emit) {
    date.find(text, (start, end) => {
      AFTER.lastIndex = end;
      const stop = end + (AFTER.exec(text)?.[0].length ?? 0);
      emit(start, stop, text.slice(start, stop));
    });
    findIsoMoment(text, emit);
  },
};

export const year: Pattern = {
  about: "year of four digits",
  needs: "digit",
  find: matching(
    /(?<![0-9A-Za-z]|[0-9][.,:/-]|[#$€£+-])(?:1[5-9][0-9]{2}|20[0-9]{2})(?:s)?(?![0-9A-Za-z]|[.,:/-][0-9]| ?[%€$£])/g,
    undefined,
    "figure",
  ),
};

export const weekday: Pattern = {
  about: "day of the week",
  needs: "none",
  find: matching(new RegExp(`(?<![A-Za-z])${WEEKDAY}(?![A-Za-z])`, "gi")),
};

/** Whether three groups of digits are a day, month and year of the calendar in some order people write. */
export function isCalendarDate(groups: readonly string[]): boolean {
  if (groups.length !== 3) return false;
  const [a, b, c] = groups.map(Number);
  if (groups[0].length === 4) return isYear(a) && isDay(c, b, a);
  if (groups[2].length !== 4 && groups[2].length !== 2) return false;
  if (groups[0].length > 2 || groups[1].length > 2) return false;
  if (groups[2].length === 4 && !isYear(c)) return false;
  return isDay(a, b, c) || isDay(b, a, c);
}

function isYear(year: number): boolean {
  return year >= 1000 && year < 2200;
}

function isDay(day: number, month: number, year: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
