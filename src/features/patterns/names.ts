import { patternNames } from "./table.ts";

/** What categories are called, word by word, and the patterns that are sure enough to stand for them. */
const NAMES: readonly (readonly [names: string, patterns: readonly string[]])[] = [
  ["email mail e_mail courriel correo", ["email"]],
  ["url link website web web_address homepage uri domain domain_name hostname host", ["url"]],
  ["ip ipv4 ipv6 ip_addr", ["ip"]],
  ["mac mac_addr", ["mac"]],
  ["phone telephone tel mobile fax cell handy telefon telefonnummer téléphone teléfono telefono", ["phone"]],
  ["date datum fecha birth_date date_of_birth dob birthday birthdate", ["date"]],
  ["date_time datetime timestamp", ["moment", "weekday", "time"]],
  ["time uhrzeit", ["time"]],
  ["weekday day_of_week", ["weekday"]],
  ["amount money price total sum betrag montant importe currency_amount salary", ["amount"]],
  ["percentage percent", ["percentage"]],
  ["iban bank_account account_iban", ["iban"]],
  ["bic swift swift_bic bic_swift", ["bic"]],
  ["card credit_card debit_card payment_card creditcard card_pan pan cc", ["card"]],
  ["ssn social_security us_ssn social_security_us", ["us_ssn"]],
  ["itin us_itin", ["us_itin"]],
  ["driver_license drivers_license driver_licence driving_licence driving_license", ["us_driver_license"]],
  ["nino national_insurance ni uk_ni", ["uk_nino"]],
  ["nhs", ["uk_nhs"]],
  ["nir insee numéro_de_sécurité_sociale", ["fr_nir"]],
  ["siret", ["fr_siret"]],
  ["steuer steuer_id steueridentifikationsnummer idnr tax_de german_tax", ["de_tax_id"]],
  ["codice_fiscale fiscal", ["it_fiscal_code"]],
  ["dni nif nie", ["es_dni", "es_nie"]],
  ["bsn burgerservicenummer", ["nl_bsn"]],
  ["svnr", ["at_svnr"]],
  ["ahv avs", ["ch_ahv"]],
  ["pps ppsn", ["ie_pps"]],
  ["sin", ["ca_sin"]],
  ["cpf", ["br_cpf"]],
  ["cnpj", ["br_cnpj"]],
  ["curp", ["mx_curp"]],
  ["age alter edad âge", ["age"]],
  ["nationality nrp norp demonym", ["nationality"]],
  ["credentials password_in_url", ["credentials"]],
];

const byName = new Map(NAMES.flatMap(([names, patterns]) => names.split(" ").map((name) => [name, patterns] as const)));

/** Words that say only that something is written down: "phone number" is a phone. */
const EMPTY = new Set([
  "number",
  "numbers",
  "no",
  "num",
  "nr",
  "code",
  "address",
  "addr",
  "id",
  "identifier",
  "nummer",
  "value",
]);

/** Patterns that find too much beside, or too little of it, to stand for a category unasked. */
const UNSURE = new Set(["number", "year", "domain", "postal_code", "street_address", "title"]);

/**
 * The patterns whose matches are taken for a category by its name alone: "EMAIL_ADDRESS", "customer phone", "IBAN_CODE".
 * The end of the name counts, as the words before it say whose it is. Null where the name stands for none.
 */
export function patternFor(label: string): readonly string[] | null {
  const words = label
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const whole = named(words.join("_"));
  if (whole !== null) return whole;
  const said = words.findLastIndex((word) => !EMPTY.has(word)) + 1;
  for (let start = 0; start < said; start++) {
    const found = named(words.slice(start, said).join("_"));
    if (found !== null) return found;
  }
  return null;
}

function named(name: string): readonly string[] | null {
  return byName.get(name) ?? (patternNames.includes(name) && !UNSURE.has(name) ? [name] : null);
}

/**
 * Patterns that are told by their form or their check digits. The others (a date, a time, an amount, a postal code) find as
 * much that is nobody's business to hide: they are taken where a task names them, or its rows speak for them.
 */
export const toldByForm: ReadonlySet<string> = new Set(
  patternNames.filter(
    (name) => !UNSURE.has(name) && !["date", "moment", "time", "weekday", "amount", "percentage", "age"].includes(name),
  ),
);
