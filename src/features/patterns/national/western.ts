import { mod11and10, mod97, weighted } from "../checksums.ts";
import { all, born, lastDigit, luhnCheck, multiple, varied, type Identifier } from "./identifier.ts";

const DNI = "TRWAGMYFPDXBNJZSQVHLCKE";

/** Values of the characters at odd places of the codice fiscale, digits then A–Z (D.M. 23 December 1976). */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const OMOCODE = "[0-9LMNP-V]";

function fiscalCode(code: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const c = code.charCodeAt(i);
    const letter = c >= 65;
    const value = letter ? c - 65 : c - 48;
    sum += i % 2 === 1 ? value : letter ? ODD_LETTERS[value] : ODD[value];
  }
  return code.charCodeAt(15) - 65 === sum % 26;
}

/** 97 − n mod 97 over the first thirteen places, Corsica's 2A and 2B counted as 19 and 18. */
function nir(code: string): boolean {
  const digits = code.replace("2A", "19").replace("2B", "18");
  return /^[0-9]{15}$/.test(digits) && 97 - mod97(digits.slice(0, 13)) === Number(digits.slice(13));
}

/** Of the first ten digits one stands twice or three times, none more often. */
function taxIdDigits(digits: string): boolean {
  const times = new Array<number>(10).fill(0);
  for (const c of digits.slice(0, 10)) times[Number(c)]++;
  const repeated = times.filter((n) => n > 1);
  return repeated.length === 1 && repeated[0] <= 3;
}

/** Sum of the digits of weight × place, the letter standing for two places. */
function pensionNumber(code: string): boolean {
  const letter = String(code.charCodeAt(8) - 64).padStart(2, "0");
  const digits = code.slice(0, 8) + letter + code.slice(9, 11);
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const sum = weights.reduce(
    (s, w, i) => s + Math.floor((w * Number(digits[i])) / 10) + ((w * Number(digits[i])) % 10),
    0,
  );
  return sum % 10 === Number(code[11]);
}

/** 97 − n mod 97 of the first nine digits, 2 before them for who was born from 2000 on. */
function belgian(digits: string): boolean {
  const check = Number(digits.slice(9));
  return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some((n) => 97 - mod97(n) === check);
}

function pps(code: string): boolean {
  const second = code.length > 8 ? (code.charCodeAt(8) - 64) % 23 : 0;
  const rest = (weighted(code, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23;
  return code[7] === (rest === 0 ? "W" : String.fromCharCode(64 + rest));
}

/** Persons' identifiers of western and southern Europe. */
export const western: readonly Identifier[] = [
  {
    name: "uk_nino",
    about: "British National Insurance number",
    form: "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
    check: (code) => !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].includes(code.slice(0, 2)),
    source: "HMRC National Insurance Manual NIM39110",
  },
  {
    name: "uk_nhs",
    about: "NHS number of England, Wales and the Isle of Man",
    form: "[0-9]{3}([ -]?)[0-9]{3}\\1[0-9]{4}",
    check: all(varied, lastDigit([10, 9, 8, 7, 6, 5, 4, 3, 2], 11, "complement")),
    source: "NHS Data Dictionary, NHS number",
  },
  {
    name: "fr_nir",
    about: "French social security number (NIR)",
    form: "[12478] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
    check: nir,
    source: "INSEE, numéro d'inscription au répertoire",
  },
  {
    name: "fr_siret",
    about: "French establishment number (SIRET)",
    form: "[0-9]{3}([ ]?)[0-9]{3}\\1[0-9]{3}\\1[0-9]{5}",
    check: all(varied, luhnCheck),
    source: "INSEE, Sirene",
  },
  {
    name: "de_tax_id",
    about: "German tax identification number",
    form: "[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}",
    check: all(taxIdDigits, mod11and10),
    source: "§ 139b Abgabenordnung; Bundeszentralamt für Steuern",
  },
  {
    name: "de_pension",
    about: "German pension insurance number",
    form: "[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}",
    check: pensionNumber,
    source: "Deutsche Rentenversicherung, Versicherungsnummer (VKVV § 2)",
  },
  {
    name: "at_svnr",
    about: "Austrian social insurance number",
    form: "[1-9][0-9]{3} ?[0-9]{6}",
    check: (digits) =>
      weighted(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(digits[3]) &&
      born("xxxxDDMMYY", [0, 1, 2, 3])(digits),
    source: "§ 30c ASVG",
  },
  {
    name: "ch_ahv",
    about: "Swiss social insurance number (AHV/AVS)",
    form: "756\\.?[0-9]{4}\\.?[0-9]{4}\\.?[0-9]{2}",
    check: lastDigit([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3], 10, "complement"),
    source: "Zentrale Ausgleichsstelle, NAVS13",
  },
  {
    name: "it_fiscal_code",
    about: "Italian codice fiscale",
    form: `[A-Z]{6} ?${OMOCODE}{2}[A-EHLMPRST]${OMOCODE}{2} ?[A-Z]${OMOCODE}{3}[A-Z]`,
    check: fiscalCode,
    source: "D.M. 23 dicembre 1976, n. 345",
  },
  {
    name: "es_dni",
    about: "Spanish identity number (DNI)",
    form: "[0-9]{2}\\.?[0-9]{3}\\.?[0-9]{3}[ -]?[A-Z]",
    check: (code) => code[8] === DNI[Number(code.slice(0, 8)) % 23],
    source: "Ministerio del Interior, dígito de control del NIF",
  },
  {
    name: "es_nie",
    about: "Spanish identity number for foreigners (NIE)",
    form: "[XYZ][ -]?[0-9]{7}[ -]?[A-Z]",
    check: (code) => code[8] === DNI[Number(`${"XYZ".indexOf(code[0])}${code.slice(1, 8)}`) % 23],
    source: "Ministerio del Interior, dígito de control del NIE",
  },
  {
    name: "pt_nif",
    about: "Portuguese tax number (NIF)",
    form: "[1-35689][0-9]{2} ?[0-9]{3} ?[0-9]{3}",
    check: all(varied, lastDigit([9, 8, 7, 6, 5, 4, 3, 2], 11, "complement", 0)),
    source: "Decreto-Lei 14/2013",
  },
  {
    name: "nl_bsn",
    about: "Dutch citizen service number (BSN)",
    form: "[0-9]{4}\\.?[0-9]{2}\\.?[0-9]{3}",
    check: all(varied, multiple([9, 8, 7, 6, 5, 4, 3, 2, -1], 11)),
    source: "Rijksdienst voor Identiteitsgegevens, elfproef",
  },
  {
    name: "be_national",
    about: "Belgian national number",
    form: "[0-9]{2}\\.?[0-9]{2}\\.?[0-9]{2}[ -]?[0-9]{3}[.-]?[0-9]{2}",
    check: all(born("YYMMDD", [0, 20, 40]), belgian),
    source: "Rijksregister, informatienummer",
  },
  {
    name: "ie_pps",
    about: "Irish personal public service number",
    form: "[0-9]{7}[A-W][A-IW]?",
    check: pps,
    source: "Department of Social Protection, PPS number",
  },
  {
    name: "gr_amka",
    about: "Greek social security number (AMKA)",
    form: "[0-3][0-9][01][0-9]{3}[0-9]{5}",
    check: all(born("DDMMYY"), luhnCheck),
    source: "ΗΔΙΚΑ, ΑΜΚΑ",
  },
];
