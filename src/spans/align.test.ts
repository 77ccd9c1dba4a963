import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { align, alignAll } from "./align.ts";
import { nearestStretch } from "./approximate.ts";
import type { FieldValue } from "./places.ts";

const one = (value: string, type: FieldValue["type"] = "text", label = "x"): FieldValue => ({ label, value, type });

/** What is marked, and in which way it was found. */
function found(text: string, value: FieldValue): (string | null)[] {
  const { target, ways } = align(text, [value]);
  return [target.spans.length === 0 ? null : text.slice(target.spans[0].start, target.spans[0].end), ways[0]];
}

describe("align", () => {
  it.each([
    ["Sold by ACME Ltd.", one("ACME Ltd."), "ACME Ltd.", "exact"],
    ["Sold by ACME  LTD .\n", one("acme ltd."), "ACME  LTD .", "spacing"],
    [
      "NO.53 55,57 & 59,\nJALAN SAGU 18,\nJOHOR.",
      one("NO. 53 55, 57 & 59, JALAN SAGU 18, JOHOR."),
      "NO.53 55,57 & 59,\nJALAN SAGU 18,\nJOHOR.",
      "spacing",
    ],
    ["to Anne\u2013Marie O\u2019Neil!", one("Anne-Marie O'Neil"), "Anne\u2013Marie O\u2019Neil", "spacing"],
    ["24 Oak Rd, Leeds LS1 4AB.", one("24 Oak Rd. Leeds, LS1 4AB"), "24 Oak Rd, Leeds LS1 4AB", "marks"],
    ["at 24 0ak Road, Leeds", one("24 Oak Road, Leeds"), "24 0ak Road, Leeds", "nearly"],
    ["due 25 Dec 2018 8:13 PM", one("2018-12-25", "date"), "25 Dec 2018", "value"],
    ["04/03/2018", one("20180304", "date"), "04/03/2018", "value"],
    ["RM15.59 RM5.59", one("5.59", "amount"), "5.59", "exact"],
    ["Total 1.250,00 EUR", one("1250.00 EUR", "amount"), "1.250,00 EUR", "value"],
    ["-5.59 and 1,005.59", one("5.59", "amount"), null, null],
    ["refund -5.59", one("-5.590", "amount"), "-5.59", "value"],
    ["Anna and Annabel", one("Anna"), "Anna", "exact"],
    ["Annabel", one("Anna"), null, null],
    ["26/12/2018", one("25/12/2018", "date"), null, null],
    ["0tto Street 12 or Ott0 Street 12", one("Otto Street 12"), null, null],
    ["DE89 3704 0044 0532 0130 00", one("DE89370400440532013000", "iban"), "DE89 3704 0044 0532 0130 00", "spacing"],
    ["anything", one(" \n"), null, null],
    ["", one("x"), null, null],
  ] as const)("in %j finds %j", (text, value, covered, way) => {
    expect(found(text, value)).toEqual([covered, way]);
  });

  it("gives each value characters of its own, and lists what stands nowhere", () => {
    const { target } = align("9.00 paid 9.00 to Bob", [
      one("9.00", "amount", "total"),
      one("Bob"),
      one("9.00", "amount", "paid"),
      one("9.00", "amount", "again"),
      one("Eve"),
    ]);
    expect(target.spans.map(({ start, end, label, value }) => [start, end, label, value])).toEqual([
      [0, 4, "total", "9.00"],
      [10, 14, "paid", "9.00"],
      [18, 21, "x", "Bob"],
    ]);
    expect(target.unplaced).toEqual([
      { label: "again", value: "9.00" },
      { label: "x", value: "Eve" },
    ]);
  });

  it("of several places takes the one that the other rows speak for", () => {
    const values = (value: string): FieldValue[] => [one(value, "amount", "sum")];
    const rows = [
      { text: "Price 7.00\nTo pay: 7.00\nCash 10.00", values: values("7.00") },
      ...[11, 12, 13, 14].map((n) => ({
        text: `Price ${n}.00\nDiscount 1.00\nTo pay: ${n - 1}.00\nCash 20.00`,
        values: values(`${n - 1}.00`),
      })),
    ];
    const { rows: aligned, contexts } = alignAll(rows);
    expect(aligned[0].target.spans[0].start).toBe(rows[0].text.indexOf(": 7.00") + 2);
    expect(align(rows[0].text, rows[0].values).target.spans[0].start).toBe(6);
    expect(align("Cash 3.00 3.00\nTo pay: 3.00", values("3.00"), { contexts }).target.spans[0].start).toBe(23);
  });

  it("finds every value written as other people write it, and its spans are sound", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcdeXYZ019.-,"), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.array(word, { maxLength: 6 }),
        fc.array(word, { maxLength: 6 }),
        (value, before, behind) => {
          const text = [...before, value.join(" \n").toUpperCase(), ...behind].join(" ");
          const { target, ways } = align(text, [one(value.join(" "))]);
          expect(ways[0] === "exact" || ways[0] === "spacing").toBe(true);
          const [{ start, end }] = target.spans;
          const squeezed = (s: string): string => s.toLowerCase().replace(/\s/g, "");
          expect(squeezed(text.slice(start, end))).toBe(squeezed(value.join("")));
        },
      ),
    );
  });

  it("does not explode over long texts and long values", () => {
    const begun = performance.now();
    const long = "1/2/2018 a1 lorem ipsum dolor 3.50 ".repeat(10_000);
    const { ways } = align(long, [
      one("lorem"),
      one("3.51", "amount"),
      one("2 Feb 2018", "date"),
      one("lorem ipsun dolor sit amet consectetur"),
      one("qwerty ".repeat(1500)),
    ]);
    expect(ways).toEqual(["exact", null, null, null, null]);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe("nearestStretch", () => {
  it("is at the least edit distance of all stretches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 14 });
    fc.assert(
      fc.property(
        text,
        fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 6 }),
        fc.nat(3),
        (t, pattern, limit) => {
          let least = Infinity;
          for (let i = 0; i <= t.length; i++)
            for (let j = i; j <= t.length; j++) least = Math.min(least, distance(t.slice(i, j), pattern));
          const match = nearestStretch(t, pattern, limit);
          if (match === undefined) return;
          expect(match.distance).toBe(least);
          expect(distance(t.slice(match.start, match.end), pattern)).toBe(least);
        },
      ),
    );
  });

  it("finds one, refuses two, and none beyond the limit", () => {
    expect(nearestStretch("xxhallo welt", "hello", 1)).toEqual({ start: 2, end: 7, distance: 1 });
    expect(nearestStretch("hallo hullo", "hello", 1)).toBeUndefined();
    expect(nearestStretch("hallo hello", "hello", 1)).toEqual({ start: 6, end: 11, distance: 0 });
    expect(nearestStretch("help", "hello", 1)).toBeUndefined();
  });
});

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

const receipts = `${process.env["WHITTLE_SHARED"] ?? fileURLToPath(new URL("../../../shared", import.meta.url))}/data/sroie/train.jsonl`;

describe.skipIf(!existsSync(receipts))("receipts (skipped where the shared data is not at hand)", () => {
  it("places nearly every value of every field", () => {
    const types = { company: "text", date: "date", address: "text", total: "amount" } as const;
    const rows = readFileSync(receipts, "utf8")
      .trim()
      .split("\n")
      .map((line) => {
        const { text, fields } = JSON.parse(line) as { text: string; fields: Record<keyof typeof types, string> };
        const labels = Object.keys(fields) as (keyof typeof types)[];
        return { text, values: labels.map((label) => ({ label, value: fields[label], type: types[label] })) };
      });
    const { rows: aligned } = alignAll(rows);
    for (const label of Object.keys(types)) {
      const ways = rows.flatMap(({ values }, r) =>
        values.flatMap((v, i) => (v.label === label ? [aligned[r].ways[i]] : [])),
      );
      expect(ways.filter((way) => way !== null).length / ways.length, label).toBeGreaterThan(0.99);
    }
  });
});
