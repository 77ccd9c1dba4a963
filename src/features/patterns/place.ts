import { matching, standsAlone, type Pattern } from "./pattern.ts";

/**
 * Postal codes in the forms that stand out: British, Canadian, Dutch, Polish, Portuguese, Brazilian, Japanese, Swedish,
 * Irish, United States; bare figures where capitals of a state or country stand before them.
 */
const FORMS = [
  "[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]|[A-HK-Y][0-9][0-9A-Y]|[0-9][A-HJKPS-UW]) ?[0-9][ABD-HJLNP-UW-Z]{2}",
  "[ABCEGHJ-NPRSTVXY][0-9][A-Z] ?[0-9][A-Z][0-9]",
  "[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}",
  "[0-9]{2}-[0-9]{3}",
  "[0-9]{4}-[0-9]{3}",
  "[0-9]{5}-[0-9]{3,4}",
  "[0-9]{3}-[0-9]{4}",
  "[1-9][0-9]{2} [0-9]{2}",
  "[AC-FHKNPRTV-Y][0-9]{2} ?[0-9AC-FHKNPRTV-Y]{4}",
  "(?<=[A-Z]{2} |[A-Z]{1,2}-)[0-9]{4,5}",
  "[0-9]{5}",
];

export const postalCode: Pattern = {
  about: "postal code",
  needs: "digit",
  find: matching(new RegExp(`(?<![0-9A-Za-z]|[0-9][.,/-])(?:${FORMS.join("|")})(?![0-9A-Za-z]|[.,/-][0-9])`, "g")),
};

const LATIN = "A-Za-z\\u00c0-\\u024f";
const WORD = `[A-Z\\u00c0-\\u00de][${LATIN}'’.]{0,30}(?:-[${LATIN}'’]{1,30}){0,3}`;
const SMALL = "(?:de|du|des|la|le|les|del|della|dos|da|do|van|von|der|den|zur|zum|am|im|al)";
const NAME = `(?:(?:${SMALL} ){0,2}${WORD} ?){1,4}`;

/** After the name, as a word of its own (English). */
const AFTER =
  "(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Crescent|Close|Way|Parkway|Pkwy|Highway|Hwy|Grove|Gardens|Hill|Row|Walk|Mews|Circle|Cir|Trail|Loop|Plaza)";
/** Before the name (Romance and Slavic languages). */
const BEFORE =
  "(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Rr]oute|[Qq]uai|[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Cc]arrera|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Rr]ua|[Tt]ravessa|[Pp]raça|[Ll]argo|ul\\.|[Uu]lica)";
/** At the end of the name, joined or not (German, Dutch, the North, Hungarian). */
const ENDING =
  "(?:[Ss]tra(?:ß|ss)e|[Ss]tr\\.|[Ww]eg|[Aa]llee|[Pp]latz|[Gg]asse|[Rr]ing|[Dd]amm|[Uu]fer|straat|laan|plein|gracht|kade|gatan|vägen|gränd|gata|[Vv]ej|gade|veien|vegen|katu|tie|kuja|utca|út)";
const FLAT = "(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm)\\.? ?#?[0-9]{1,5}[A-Za-z]?)?";

const HOUSE =
  /(?<![0-9A-Za-z]|[0-9][.,/-])[0-9]{1,5}(?: ?[a-zA-Z](?![A-Za-z]))?(?:[-/][0-9]{1,4})?(?![0-9]|[.,/-][0-9])/g;
const NUMBER_FIRST = new RegExp(`,? (?:(?:bis |ter )?${BEFORE} ${NAME}|${NAME}(?<= )${AFTER}\\b\\.?${FLAT})`, "y");
const NUMBER_LAST = new RegExp(
  `(?:(?<![${LATIN}])${BEFORE} ${NAME}|(?<![${LATIN}])(?:${WORD} ){0,3}(?:${WORD}|[${LATIN}]{2,30})(?<=${ENDING}) ?),? ?(?:n[.º°] ?)?$`,
);
/** Characters before a house number that a street's name is looked for in. */
const BACK = 90;

/** House number and street: in the order of English and French, of Spanish and Italian, of German and the North. */
export const streetAddress: Pattern = {
  about: "street with house number",
  needs: "digit",
  find(text, emit) {
    HOUSE.lastIndex = 0;
    for (let house = HOUSE.exec(text); house !== null; house = HOUSE.exec(text)) {
      let start = house.index;
      let end = start + house[0].length;
      NUMBER_FIRST.lastIndex = end;
      const after = NUMBER_FIRST.exec(text)?.[0].trimEnd();
      if (after !== undefined) end += after.length;
      else if (letterBefore(text, start)) {
        const window = text.slice(Math.max(0, start - BACK), start);
        const name = NUMBER_LAST.exec(window.slice(window.lastIndexOf("\n") + 1))?.[0];
        if (name === undefined) continue;
        start -= name.length;
      } else continue;
      if (standsAlone(text, start, end)) emit(start, end, text.slice(start, end));
    }
  },
};

/** Whether what stands before the number, a space aside, can end a street's name. */
function letterBefore(text: string, at: number): boolean {
  const c = text[text[at - 1] === " " ? at - 2 : at - 1];
  return c !== undefined && /[A-Za-z\u00c0-\u024f.,º°]/.test(c);
}
