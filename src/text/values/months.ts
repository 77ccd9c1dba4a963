/** Month names in English, German, French, Spanish and Italian, without accents, January first. */
const names: readonly (readonly string[])[] = [
  "january|januar|janner|janvier|enero|gennaio",
  "february|februar|feber|fevrier|febrero|febbraio",
  "march|marz|maerz|mrz|mars|marzo",
  "april|avril|abril|aprile",
  "may|mai|mayo|maggio",
  "june|juni|juin|junio|giugno",
  "july|juli|juillet|julio|luglio",
  "august|aout|agosto",
  "september|septembre|septiembre|settembre|setiembre",
  "october|oktober|octobre|octubre|ottobre",
  "november|novembre|noviembre",
  "december|dezember|decembre|diciembre|dicembre",
].map((line) => line.split("|"));

/** Every name and every beginning of one, from three letters on, that no other month shares. */
const months = new Map<string, number>();
for (const [m, written] of names.entries()) {
  for (const name of written) {
    for (let length = 3; length <= name.length; length++) {
      const beginning = name.slice(0, length);
      months.set(beginning, (months.get(beginning) ?? m + 1) === m + 1 ? m + 1 : 0);
    }
  }
}
for (const [m, written] of names.entries()) for (const name of written) months.set(name, m + 1);

/** Days of the week in the same languages, and what they are shortened to. */
const weekdays: readonly string[] =
  "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo lunedi martedi mercoledi giovedi venerdi sabato domenica".split(
    " ",
  );

const accents: Readonly<Record<string, string>> = { ä: "a", á: "a", é: "e", è: "e", ì: "i", û: "u", ü: "u" };

/** 1 to 12 for a lower-case month name or abbreviation, undefined for any other word. */
export function monthOf(word: string): number | undefined {
  if (word.length < 3 || word.length > 12) return undefined;
  return months.get(unaccented(word)) || undefined;
}

/** Whether a lower-case word is a day of the week or its beginning, from two letters on. */
export function isWeekday(word: string): boolean {
  return word.length >= 2 && weekdays.some((day) => day.startsWith(unaccented(word)));
}

function unaccented(word: string): string {
  return word.replace(/[^a-z]/g, (c) => accents[c] ?? c);
}
