import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { luhn, mod97 } from "./checksums.ts";
import { cardBrands, ibanLengths } from "./finance.ts";
import { findPatterns, patternFor, patternNames, PatternSearch } from "./index.ts";
import { identifiers } from "./national.ts";

const all = (text: string, name: string): string[] =>
  findPatterns(text, [name]).map(({ start, end }) => text.slice(start, end));

const digits = (n: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: n, maxLength: n });

/** What may stand around a finding without being part of it. */
const around = fc.constantFrom("", " ", "\n", "(", "\u{1f600}", "»", ", ", "\r\n", "“");

describe("findPatterns", () => {
  it.each([
    ["email", "Write to a.b+c@mail.example.co.uk, or to x@y.", ["a.b+c@mail.example.co.uk"]],
    [
      "url",
      "(see https://foo.com/a_(b)?c=1) and www.bar.org, or baz.de/x.",
      ["https://foo.com/a_(b)?c=1", "www.bar.org", "baz.de/x"],
    ],
    ["url", "The end.It was node.js and e.g. this.", []],
    ["domain", "mail a@b.com or visit shop.example.com.", ["shop.example.com"]],
    ["ip", "198.51.100.1, 256.1.1.1, 1.2.3.4.5, fe80::1%eth0 and ::1 at 12:30:45.", ["198.51.100.1", "fe80::1", "::1"]],
    ["mac", "00:1A:2b:3c:4d:5e or 00-1A-2B-3C-4D-5E but not 00:1A:2b", ["00:1A:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E"]],
    ["credentials", "postgres://anna:s3cret@db.local/x", ["anna:s3cret"]],
    [
      "card",
      "4111 1111 1111 1111, 4111-1111-1111-1111, 4111111111111112",
      ["4111 1111 1111 1111", "4111-1111-1111-1111"],
    ],
    [
      "iban",
      "DE89 3704 0044 0532 0130 00 GB82WEST12345698765432 DE00370400440532013000",
      ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    ],
    ["bic", "DEUTDEFF500 and COBADEFFXXX, not DOCUMENT", ["DEUTDEFF500", "COBADEFFXXX"]],
    [
      "phone",
      "+44 (0)7700 900 815, 030 / 123 45 67, (555) 010-1234 x12, 2020-01-02, 1 000 000",
      ["+44 (0)7700 900 815", "030 / 123 45 67", "(555) 010-1234 x12"],
    ],
    ["phone", "order 12345, section 3.4.5, 078-05-1120, 467 3395, 704 1436 Redbud Drive, 17151 2450.", ["467 3395"]],
    [
      "date",
      "2020-01-31, 31.02.2020, 3/4/99, 12 March 2021, le 3 mai, 12. Januar 2020 and 2020-13-01",
      ["2020-01-31", "3/4/99", "12 March 2021", "3 mai", "12. Januar 2020"],
    ],
    ["moment", "1978-04-13 12:20:39 and 2020-01-02T10:11:12Z", ["1978-04-13 12:20:39", "2020-01-02T10:11:12Z"]],
    ["time", "at 9:30 pm, 14 Uhr, 18h30, 25:00", ["9:30 pm", "14 Uhr", "18h30"]],
    [
      "amount",
      "€ 1.250,00, 3,50 EUR, $1.2 million, 12 pounds, 7 apples",
      ["€ 1.250,00", "3,50 EUR", "$1.2 million", "12 pounds"],
    ],
    ["percentage", "12,5 % of 3% and 4 percent", ["12,5 %", "3%", "4 percent"]],
    ["number", "1,250.00 and -3, 1 250, A4", ["1,250.00", "-3", "1", "250"]],
    [
      "street_address",
      "12 Rue de la Paix, 22 Pollen Crescent, Via Roma 131, Musterstraße 5a, 7 apples",
      ["12 Rue de la Paix", "22 Pollen Crescent", "Via Roma 131", "Musterstraße 5a"],
    ],
    ["postal_code", "SW1A 1AA, K1A 0B1, 1012 AB, CA 90210", ["SW1A 1AA", "K1A 0B1", "1012 AB", "90210"]],
    [
      "age",
      "aged 42, a 7-year-old, 31 years old, 12 years; i'm 26 y/o, he turns 50. I was 5 minutes late",
      ["42", "7", "31", "26", "50"],
    ],
    ["title", "Mr. Smith and Dr Jones, Miss you", ["Mr.", "Dr"]],
    ["weekday", "Next Friday or montag", ["Friday", "montag"]],
    ["year", "in 1977, room 1024, $1999", ["1977"]],
    ["us_driver_license", "license number is 2270-66-1551, F162823540116", ["2270-66-1551", "F162823540116"]],
    [
      "country",
      "New Zealand, Trinidad and Tobago or GERMANY; the turkey",
      ["New Zealand", "Trinidad and Tobago", "GERMANY"],
    ],
    ["nationality", "a South African and two Danes, some polish", ["South African", "Danes"]],
    ["us_ssn", "460-89-9847, 000-12-3456, 912-12-3456", ["460-89-9847"]],
    ["uk_nhs", "943 476 5919 and 943 476 5918", ["943 476 5919"]],
    ["uk_nino", "AB123456C, BG123456A", ["AB123456C"]],
    ["fr_nir", "2 55 08 14 168 025 38, 255081416802539", ["2 55 08 14 168 025 38"]],
    ["de_tax_id", "86 095 742 719, 86095742718", ["86 095 742 719"]],
    ["it_fiscal_code", "RSSMRA85T10A562S, RSSMRA85T10A562T", ["RSSMRA85T10A562S"]],
    ["es_dni", "12345678Z, 12345678A", ["12345678Z"]],
    ["es_nie", "X1234567L, X1234567A", ["X1234567L"]],
    ["nl_bsn", "111222333, 111222334", ["111222333"]],
    ["br_cpf", "529.982.247-25, 529.982.247-26", ["529.982.247-25"]],
  ])("%s in %j", (name, text, found) => {
    expect(all(text, name)).toEqual(found);
  });

  it("finds every payment card that is well made, and none with one digit changed", () => {
    const card = fc
      .constantFrom(...cardBrands)
      .chain(({ from, to, lengths }) =>
        fc
          .tuple(fc.integer({ min: Number(from), max: Number(to) }), fc.constantFrom(...lengths))
          .chain(([head, length]) =>
            digits(length - from.length - 1).map((rest) => String(head).padStart(from.length, "0") + rest),
          ),
      );
    fc.assert(
      fc.property(card, around, around, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, left, right, at, by) => {
        const number = [..."0123456789"].map((d) => body + d).find(luhn) as string;
        fc.pre(!/^(.)\1*$/.test(number));
        const match = findPatterns(left + number + right, ["card"]);
        expect(match).toEqual([
          { start: left.length, end: left.length + number.length, pattern: "card", value: number },
        ]);
        expect(all(changed(number, at, by), "card")).toEqual([]);
      }),
    );
  });

  it("finds every IBAN that is well made, and none with one digit changed", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(ibanLengths)),
        digits(30),
        around,
        fc.boolean(),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        ([country, length], pool, left, spaced, at, by) => {
          const body = pool.slice(0, length - 4);
          const iban = country + String(98 - mod97(`${body}${country}00`)).padStart(2, "0") + body;
          const written = spaced ? (iban.match(/.{1,4}/g) as string[]).join(" ") : iban;
          expect(all(left + written + "\u{1f600}", "iban")).toEqual([written]);
          expect(all(country + changed(iban.slice(2), at, by), "iban")).toEqual([]);
        },
      ),
    );
  });

  it("emits stretches inside the text, in order, without overlap in a pattern, at no half of a pair", () => {
    const bits = fc.constantFrom(
      "1",
      "12",
      " ",
      ".",
      "-",
      "@",
      "a",
      "Ab",
      "/",
      ":",
      "+",
      "(",
      ")",
      "$",
      "é",
      "\u{1f600}",
      "\n",
      "www.",
      "4111",
      "Mr",
      "St",
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 60 }), (parts) => {
        const text = parts.join("");
        const last = new Map<string, number>();
        for (const { start, end, pattern } of findPatterns(text, patternNames)) {
          expect(start).toBeGreaterThanOrEqual(last.get(pattern) ?? 0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(() => encodeURIComponent(text.slice(start, end))).not.toThrow();
          last.set(pattern, end);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("finds the same whichever patterns were asked for before", () => {
    const text =
      "Mail jo@example.org or call +49 30 1234567 on 3 March 2024; pay EUR 12.50 to DE89 3704 0044 0532 0130 00";
    const search = new PatternSearch(text);
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...patternNames)), (names) => {
        expect(search.find(names)).toEqual(findPatterns(text, names));
      }),
    );
    expect(search.find(patternNames).length).toBeGreaterThan(3);
  });

  it("refuses a pattern that there is none of", () => {
    expect(() => findPatterns("a", ["emial"])).toThrow(expect.objectContaining({ code: "features/pattern" }));
  });

  it.each([
    "1",
    "12 ",
    "1-",
    "1.",
    "a",
    "a.",
    "a@",
    "a:",
    "http://",
    "(1)",
    "1/",
    "A1",
    "www.",
    "+1 ",
    "f:",
    "$1,",
    "mar 1 ",
    "1 Rue A ",
    "A ",
    "Aa-",
    "12 Ab ",
    "Mr ",
    "x://a:",
    "DE89 ",
    "- 1",
  ])(
    "does bounded work on 400 kB of %j",
    (unit) => {
      const text = unit.repeat(Math.floor(4e5 / unit.length));
      const began = performance.now();
      findPatterns(text, patternNames);
      expect(performance.now() - began).toBeLessThan(6_000);
    },
    60_000,
  );
});

describe("identifiers", () => {
  it("have names of their own and name their sources", () => {
    expect(new Set(identifiers.map(({ name }) => name)).size).toBe(identifiers.length);
    expect(identifiers.filter(({ source, about }) => source === "" || about === "")).toEqual([]);
  });
});

describe("patternFor", () => {
  it.each([
    ["IP_ADDRESS", ["ip"]],
    ["CREDIT_CARD", ["card"]],
    ["IBAN_CODE", ["iban"]],
    ["EMAIL_ADDRESS", ["email"]],
    ["customerPhone", ["phone"]],
    ["PHONE_NUMBER", ["phone"]],
    ["US_SSN", ["us_ssn"]],
    ["date", ["date"]],
    ["Date of birth", ["date"]],
    ["DATE_TIME", ["moment", "weekday", "time"]],
    ["NRP", ["nationality"]],
    ["PERSON", null],
    ["phone model", null],
    ["account number", null],
    ["home address", null],
    ["STREET_ADDRESS", null],
  ])("%s stands for %j", (label, patterns) => {
    expect(patternFor(label)).toEqual(patterns);
  });
});

/** The number with the digit at a place raised, round from nine to nought. */
function changed(number: string, at: number, by: number): string {
  const i = at % number.length;
  return number.slice(0, i) + String((Number(number[i]) + by) % 10) + number.slice(i + 1);
}
