import * as calendar from "./calendar.ts";
import * as internet from "./internet.ts";
import * as money from "./money.ts";
import { nationalPatterns } from "./national.ts";
import { country, nationality } from "./nations.ts";
import type { Pattern } from "./pattern.ts";
import * as people from "./people.ts";
import { phone } from "./phone.ts";
import { postalCode, streetAddress } from "./place.ts";

/** Every pattern by its name. A name once given stays: packs hold it. */
export const patterns: Readonly<Record<string, Pattern>> = {
  email: internet.email,
  url: internet.url,
  domain: internet.domain,
  ip: internet.ip,
  mac: internet.mac,
  credentials: internet.credentials,
  phone,
  date: calendar.date,
  moment: calendar.moment,
  time: calendar.time,
  year: calendar.year,
  weekday: calendar.weekday,
  amount: money.amount,
  percentage: money.percentage,
  number: money.number,
  iban: money.iban,
  bic: money.bic,
  card: money.card,
  postal_code: postalCode,
  street_address: streetAddress,
  age: people.age,
  title: people.title,
  country,
  nationality,
  ...nationalPatterns,
};

/** One of the names of the table. */
export type PatternName = string;

export const patternNames: readonly string[] = Object.keys(patterns);
