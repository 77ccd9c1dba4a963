import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseAmount, printAmount } from "./amount.ts";
import { normaliseDate } from "./date.ts";
import { isWeekday, monthOf } from "./months.ts";
import { normaliseNumber } from "./number.ts";
import { foldPlain, tidyText } from "./plain.ts";
import { fieldTypes, normaliseValue, sameValue } from "./value.ts";

describe("dates", () => {
  it.each([
    ["12/05/2019", "2019-05-12"],
    ["2019-05-12", "2019-05-12"],
    ["2019/5/2", "2019-05-02"],
    ["12.5.19", "2019-05-12"],
    ["12.05. 2019", "2019-05-12"],
    ["12-MAY-2019", "2019-05-12"],
    ["25 DEC 2018", "2018-12-25"],
    ["25DEC2018", "2018-12-25"],
    ["12-01-19", "2019-01-12"],
    ["05/25/2019", "2019-05-25"],
    ["12. M\u00e4rz 2019", "2019-03-12"],
    ["1er f\u00e9vrier 2020", "2020-02-01"],
    ["3 ao\u00fbt 1993", "1993-08-03"],
    ["12 de mayo de 2019", "2019-05-12"],
    ["7 giugno 2021", "2021-06-07"],
    ["2nd of June, 2018", "2018-06-02"],
    ["June 2nd, 2018", "2018-06-02"],
    ["Sunday, May 12, 2019", "2019-05-12"],
    ["Mo., 12.05.2019", "2019-05-12"],
    ["Jan 5 '99", "1999-01-05"],
    ["2018 Dec 25", "2018-12-25"],
    ["20190512", "2019-05-12"],
    ["12052019", "2019-05-12"],
    ["25/12/2018 8:13:39 PM", "2018-12-25"],
    ["2019-05-12T10:00:00Z", "2019-05-12"],
    ["12/05/68", "2068-05-12"],
    ["12/05/69", "1969-05-12"],
    ["29/02/2020", "2020-02-29"],
    ["29/02/2019", undefined],
    ["31.4.2019", undefined],
    ["12 May", undefined],
    ["12 Foo 2019", undefined],
    ["3 jui 2019", undefined],
    ["hello", undefined],
    ["", undefined],
    ["1".repeat(5000), undefined],
  ])("%j is %j", (text, iso) => {
    expect(normaliseDate(text)).toBe(iso);
  });

  it("asks the order only where both could be the month", () => {
    expect(normaliseDate("04/05/2019", { order: "mdy" })).toBe("2019-04-05");
    expect(normaliseDate("25/05/2019", { order: "mdy" })).toBe("2019-05-25");
    expect(normaliseDate("19/04/05", { order: "ymd" })).toBe("2019-04-05");
    expect(normaliseDate("19/04/05")).toBe("2005-04-19");
  });

  it("every day comes back from every way to write it", () => {
    const day = fc.date({ min: new Date("1970-01-01"), max: new Date("2068-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(day, (at) => {
        const iso = at.toISOString().slice(0, 10);
        const [y, m, d] = iso.split("-");
        const word = [
          "Jan",
          "f\u00e9vr.",
          "M\u00e4rz",
          "Apr",
          "mai",
          "June",
          "luglio",
          "ago",
          "Sept",
          "OKT",
          "nov",
          "dic",
        ][Number(m) - 1];
        for (const text of [
          iso,
          `${d}/${m}/${y}`,
          `${Number(d)}.${Number(m)}.${y.slice(2)}`,
          `${d} ${word} ${y}`,
          `${word} ${d}, ${y}`,
        ]) {
          expect(normaliseDate(text), text).toBe(iso);
        }
      }),
    );
  });

  it("knows its months and days of the week", () => {
    expect(["mar", "m\u00e4r", "mrz", "maggio", "juil", "ene", "gen", "ott", "dez"].map(monthOf)).toEqual([
      3, 3, 3, 5, 7, 1, 1, 10, 12,
    ]);
    expect(["ma", "jui", "march4", "constructor"].map(monthOf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(["mon", "mi\u00e9rcoles", "luned\u00ec", "xy"].map(isWeekday)).toEqual([true, true, true, false]);
  });
});

describe("amounts", () => {
  it.each([
    ["1,250.00", "1250.00", null],
    ["1.250,00", "1250.00", null],
    ["1.250,00 \u20ac", "1250.00", "EUR"],
    ["1\u202f250,00 \u20ac", "1250.00", "EUR"],
    ["1'250.50 CHF", "1250.50", "CHF"],
    ["Fr. 12.50", "12.50", "CHF"],
    ["RM 9.00", "9.00", "MYR"],
    ["RM9.000", "9.00", "MYR"],
    ["Rs. 500", "500.00", "INR"],
    ["Rs.12,34,567.89", "1234567.89", "INR"],
    ["$9", "9.00", "USD"],
    ["$.50", "0.50", "USD"],
    ["US$1,000", "1000.00", "USD"],
    ["USD 12.5", "12.50", "USD"],
    ["12.5 dollars", "12.50", "USD"],
    ["-5.59", "-5.59", null],
    ["\u22125.59", "-5.59", null],
    ["-RM 0.02", "-0.02", "MYR"],
    ["RM -0.02", "-0.02", "MYR"],
    ["(12.50)", "-12.50", null],
    ["12,- EUR", "12.00", "EUR"],
    ["5.59-", "-5.59", null],
    ["100 kr", "100.00", null],
    ["-0.00", "0.00", null],
    ["1.2345", "1.2345", null],
  ])("%j is %s %s", (text, amount, currency) => {
    expect(normaliseAmount(text)).toEqual({ amount, currency });
  });

  it.each(["", "abc", "1.2.3", "1,25,0", "$ 5 EUR", "12 May", "1.250.00,5.1", "--5", "9".repeat(200)])(
    "%j is none",
    (text) => {
      expect(normaliseAmount(text)).toBeUndefined();
    },
  );

  it("asks which sign parts the decimals only where both could be meant", () => {
    expect(normaliseAmount("1.250")).toMatchObject({ amount: "1.25" });
    expect(normaliseAmount("1.250", { decimal: "," })).toMatchObject({ amount: "1250.00" });
    expect(normaliseAmount("1,250")).toMatchObject({ amount: "1250.00" });
    expect(normaliseAmount("1,250", { decimal: "," })).toMatchObject({ amount: "1.25" });
    expect(normaliseAmount("1,25", { decimal: "." })).toMatchObject({ amount: "1.25" });
    expect(normaliseAmount("0.250", { decimal: "," })).toMatchObject({ amount: "0.25" });
  });

  it("print and read back as they were, in every way to write them", () => {
    const cents = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    fc.assert(
      fc.property(cents, fc.constantFrom("EUR", "USD", "MYR", null), (n, currency) => {
        const size = n < 0n ? -n : n;
        const sign = n < 0n ? "-" : "";
        const whole = String(size / 100n);
        const part = String(size % 100n).padStart(2, "0");
        const amount = { amount: `${sign}${whole}.${part}`, currency };
        expect(normaliseAmount(printAmount(amount))).toEqual(amount);
        const grouped = (by: string): string => whole.replace(/\B(?=(\d{3})+$)/g, by);
        for (const text of [
          `${grouped(",")}.${part}`,
          `${grouped(".")},${part}`,
          `${grouped(" ")},${part}`,
          `${grouped("'")}.${part}`,
        ]) {
          expect(normaliseAmount(sign + text)).toEqual({ ...amount, currency: null });
        }
      }),
    );
  });
});

describe("numbers", () => {
  it.each([
    ["007", "7"],
    ["1,250", "1250"],
    ["12.50", "12.5"],
    ["+3", "3"],
    ["-0", "0"],
    ["1 000 000", "1000000"],
    ["12.", "12"],
    [".5", "0.5"],
    ["1.000.000,25", "1000000.25"],
    ["1.5.2", undefined],
    ["1e5", undefined],
    ["12 %", undefined],
  ])("%j is %j", (text, number) => {
    expect(normaliseNumber(text)).toBe(number);
  });
});

describe("values", () => {
  it.each([
    ["email", " <Mailto@X.org>", "mailto@x.org"],
    ["email", "a@b", undefined],
    ["phone", "Tel: 0049 (0)30 / 12-34", "+49301234"],
    ["phone", "(07) 350 7405", "073507405"],
    ["phone", "12", undefined],
    ["iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"],
    ["iban", "hello", undefined],
    ["identifier", "ab \u2013 12", "AB-12"],
    ["text", " two\n lines ", "two lines"],
    ["text", " ", undefined],
    ["amount", "9 \u20ac", "9.00 EUR"],
  ] as const)("%s %j is %j", (type, text, value) => {
    expect(normaliseValue(type, text)?.value).toBe(value);
  });

  it("are the same whatever way they are written", () => {
    expect(sameValue("date", "25 DEC 2018", "25/12/2018 8:13:39 PM")).toBe(true);
    expect(sameValue("date", "25 DEC", "25  dec")).toBe(true);
    expect(sameValue("date", "25/12/2018", "25/12/2017")).toBe(false);
    expect(sameValue("amount", "RM 9.00", "9")).toBe(true);
    expect(sameValue("amount", "RM 9.00", "$9")).toBe(false);
    expect(sameValue("text", "BOOK TA .K (TAMAN DAYA)\nSDN", "Book Ta.K(Taman Daya) Sdn")).toBe(true);
    expect(sameValue("text", "SDN", "SDN BHD")).toBe(false);
  });

  it("are in their one form for good", () => {
    const written = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.array(fc.constantFrom(..."0123456789.,'()-+ $\u20ac/a@"), { maxLength: 14 }).map((a) => a.join("")),
    );
    fc.assert(
      fc.property(written, fc.constantFrom(...fieldTypes), (text, type) => {
        const once = normaliseValue(type, text)?.value;
        if (once !== undefined) expect(normaliseValue(type, once)?.value).toBe(once);
        expect(foldPlain(foldPlain(text))).toBe(foldPlain(text));
        expect(tidyText(tidyText(text))).toBe(tidyText(text));
      }),
      { numRuns: 1000 },
    );
  });
});
