import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../base/fault.ts";
import { readCsv } from "./csv.ts";

const read = (text: string): ReturnType<typeof readCsv> => readCsv(text, ["text", "label"], "t.csv");
const codes = (text: string): (string | number)[][] =>
  read(text).rows.map((row) => ("refused" in row ? [row.line, row.refused.code] : [row.line, String(row.cells.text)]));

describe("a well-formed file", () => {
  test("reads as another reader reads it", () => {
    const quoted = fc.string({ unit: fc.constantFrom("a", "b", ",", ";", '"', "\n", " ", "é") });
    const bare = fc.string({ unit: fc.constantFrom("a", "b", " ", "é"), minLength: 1 });
    const field = fc.oneof(
      quoted.map((s) => `"${s.replaceAll('"', '""')}"`),
      bare,
    );
    const newline = fc.constantFrom("\n", "\r\n");
    const table = fc.array(fc.tuple(field, field, field), { maxLength: 8 });
    fc.assert(
      fc.property(table, fc.constantFrom(",", ";", "\t"), newline, fc.boolean(), (rows, separator, end, last) => {
        const lines = [["text", "label", "more"], ...rows].map((row) => row.join(separator));
        const source = lines.join(end) + (last ? end : "");
        const expected: unknown = parse(source, { columns: true, delimiter: separator });
        expect(read(source).rows.map((row) => ("cells" in row ? row.cells : row))).toEqual(expected);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("lines are counted through quoted newlines, CRLF and blank lines", () => {
    expect(codes('text,label\r\n"a\r\nb",x\r\n\r\nc,y\r\n')).toEqual([
      [2, "a\r\nb"],
      [5, "c"],
    ]);
    expect(codes("text,label\ra,x\rb,y\r")).toEqual([
      [2, "a"],
      [3, "b"],
    ]);
  });

  test("the separator is the one under which the wanted names appear", () => {
    for (const separator of [",", ";", "\t"]) {
      expect(read(`id,a;b${separator}text${separator}label\n1${separator}x${separator}y`).columns).toContain("text");
    }
    expect(read("label;text, with a comma, twice\na;b").columns).toEqual(["label", "text, with a comma, twice"]);
  });

  test("a quote inside a bare field is a character", () => {
    expect(codes('text,label\na 5" pipe,x\n')).toEqual([[2, 'a 5" pipe']]);
  });

  test("columns that an object is born with are ordinary columns", () => {
    const { rows } = read("text,label,__proto__,constructor\na,x,1,2\n");
    expect(Object.entries((rows[0] as { cells: object }).cells)).toEqual([
      ["text", "a"],
      ["label", "x"],
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });
});

describe("a broken row costs itself alone", () => {
  test("a quote never closed, at the end", () => {
    expect(codes('text,label\na,x\n"b,y\nc,x\n')).toEqual([
      [2, "a"],
      [3, "data/csv-quote"],
      [4, "c"],
    ]);
  });

  test("a quote never closed, before rows that use quotes rightly", () => {
    expect(codes('text,label\n"a,x\n"b, b",y\nc,"x"\n"d",y\n')).toEqual([
      [2, "data/csv-quote"],
      [3, "b, b"],
      [4, "c"],
      [5, "d"],
    ]);
  });

  test("text after a closing quote", () => {
    expect(codes('text,label\n"a" a,x\nb,y\n')).toEqual([
      [2, "data/csv-quote"],
      [3, "b"],
    ]);
  });

  test("too few and too many fields; empty ones at the end are forgiven", () => {
    expect(codes("text,label\na\nb,x,,\nc,x,y\nd,y\n")).toEqual([
      [2, "data/csv-columns"],
      [3, "b"],
      [4, "data/csv-columns"],
      [5, "d"],
    ]);
  });

  test("a row of 10 MB, quoted or not", () => {
    const long = "word ".repeat(2_000_000);
    expect(codes(`text,label\n${long},x\n"${long}\n",x\nb,y\n`)).toEqual([
      [2, "data/row-too-long"],
      [3, "data/row-too-long"],
      [5, "b"],
    ]);
  });
});

test("a header that names a column twice, or cannot be read, is a fault", () => {
  expect(() => read("text,label,text\na,b,c")).toThrow(Fault);
  expect(() => read('"text,label\na,b')).toThrow(/header/);
});
