import { all, lastDigit, luhnCheck, varied, type Check, type Identifier } from "./identifier.ts";
import { weighted } from "../checksums.ts";

/** 11 − s mod 11, or 0 from ten on, for both check digits: each taken over everything before it. */
function twoDigits(first: readonly number[], second: readonly number[]): Check {
  return (digits) =>
    [first, second].every((weights) => {
      const rest = weighted(digits, weights) % 11;
      return Number(digits[weights.length]) === (rest < 2 ? 0 : 11 - rest);
    });
}

/** Persons' and firms' identifiers of the Americas. */
export const americas: readonly Identifier[] = [
  {
    name: "us_ssn",
    about: "United States social security number",
    form: "[0-9]{3}([ -])[0-9]{2}\\1[0-9]{4}",
    check: (digits) => !/^(?:000|666|9)|^.{3}00|0000$/.test(digits),
    source: "Social Security Administration, SSN randomization (2011)",
  },
  {
    name: "us_itin",
    about: "United States individual taxpayer number",
    form: "9[0-9]{2}([ -]?)(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])\\1[0-9]{4}",
    check: varied,
    source: "Internal Revenue Manual 3.21.263",
  },
  {
    name: "us_driver_license",
    about: "driving licence number in the forms of the United States: begun by a letter, or after the word for it",
    form: "[A-Z][0-9]{7,14}|[A-Z][0-9]{3}-[0-9]{3,4}-[0-9]{2,4}(?:-[0-9]{3}(?:-[0-9])?)?|[A-Z]{2}[0-9]{6,7}|(?<=[Ll]icen[cs]e (?:(?:number|no\\.?|#) ?)?(?:is|:)? ?)[0-9][0-9-]{5,12}[0-9]",
    check: (code) => !/0{6}$/.test(code),
    source: "American Association of Motor Vehicle Administrators, forms by state",
  },
  {
    name: "us_aba",
    about: "United States bank routing number",
    form: "(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}",
    check: all(varied, (digits) => weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0),
    source: "American Bankers Association, routing number policy",
  },
  {
    name: "ca_sin",
    about: "Canadian social insurance number",
    form: "[1-79][0-9]{2}([ -]?)[0-9]{3}\\1[0-9]{3}",
    check: all(varied, luhnCheck),
    source: "Employment and Social Development Canada",
  },
  {
    name: "br_cpf",
    about: "Brazilian taxpayer number of a person (CPF)",
    form: "[0-9]{3}\\.?[0-9]{3}\\.?[0-9]{3}-?[0-9]{2}",
    check: all(varied, twoDigits([10, 9, 8, 7, 6, 5, 4, 3, 2], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])),
    source: "Receita Federal, CPF",
  },
  {
    name: "br_cnpj",
    about: "Brazilian taxpayer number of a firm (CNPJ)",
    form: "[0-9]{2}\\.?[0-9]{3}\\.?[0-9]{3}/?[0-9]{4}-?[0-9]{2}",
    check: all(varied, twoDigits([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])),
    source: "Receita Federal, CNPJ",
  },
  {
    name: "mx_curp",
    about: "Mexican population register code (CURP)",
    form: "[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]",
    check: curp,
    source: "RENAPO, instructivo normativo de la CURP",
  },
  {
    name: "ar_cuit",
    about: "Argentine taxpayer number (CUIT, CUIL)",
    form: "(?:2[0347]|3[034])-?[0-9]{8}-?[0-9]",
    check: lastDigit([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 11, "complement"),
    source: "AFIP",
  },
  {
    name: "cl_rut",
    about: "Chilean tax number (RUT)",
    form: "[0-9]{1,2}\\.?[0-9]{3}\\.?[0-9]{3}-[0-9Kk]",
    check: rut,
    source: "Servicio de Impuestos Internos, módulo 11",
  },
];

const CURP_LETTERS = "0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ";

function curp(code: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += CURP_LETTERS.indexOf(code[i]) * (18 - i);
  return (10 - (sum % 10)) % 10 === Number(code[17]);
}

/** Weights 2 to 7 round and round from the right. */
function rut(code: string): boolean {
  let sum = 0;
  for (let i = code.length - 2, weight = 2; i >= 0; i--, weight = weight === 7 ? 2 : weight + 1)
    sum += Number(code[i]) * weight;
  const rest = 11 - (sum % 11);
  return code[code.length - 1] === (rest === 11 ? "0" : rest === 10 ? "K" : String(rest));
}
